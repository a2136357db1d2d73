// One digit or several: the best way to make digits of strokes, as mnist_core/numbers makes them. `limits` has that
// package's constants; boxes are { x, y, width, height } in the canvas's units, in the precision that Python has them.
import { ReaderError } from "./errors.js";
import { thinned } from "./ink.js";

const single = Math.fround;
const least = (values) => values.reduce((one, other) => Math.min(one, other), Infinity);
const most = (values) => values.reduce((one, other) => Math.max(one, other), -Infinity);

// The digits of a drawing from left to right, each { probabilities, novelty, box }.
// `look` reads images, a list of pixels; `draw` makes such pixels of some of the strokes.
export function digitsOf({ strokes, penWidth }, limits, { look, draw }) {
  const { reading } = limits;
  const drawing = { strokes, penWidth, boxes: strokes.map((stroke) => boxOf(stroke, penWidth)), limits };
  const box = joined(drawing.boxes);
  const cost = (limits.splitting.gap_cost * widestGap(drawing.boxes)) / box.height;
  const one = { ...look(draw(strokes)), box };
  if (strokesWithin(drawing) >= reading.face_parts) return [{ ...one, novelty: 1 }];
  const toBeat = belief(one, reading) - cost + reading.one_bonus;
  if (toBeat >= 0 || layers(drawing, box) > reading.most_layers) return [one];
  if (strokes.length > reading.most_strokes) {
    throw new ReaderError("many", `More than ${reading.most_strokes} strokes are for the server. Received: ${strokes.length}.`);
  }
  const way = bestWay(drawing, { look, draw });
  const isNumber = way.score > toBeat && (cost > 0 || way.least >= leastTouching(box, way.digits, reading));
  return isNumber && way.digits.length > 1 && isClear(drawing, way.digits) ? way.digits : [one];
}

// ---- what several digits must be like ----

function isClear(drawing, digits) {
  const { reading } = drawing.limits;
  const believed = digits.map(({ probabilities, novelty }) => most(probabilities) * (1 - novelty));
  const pairs = digits.slice(1).map((digit, index) => [digits[index].box, digit.box]);
  const isClose = pairs.some((pair) => overlap(...pair) > 0);
  const mean = believed.reduce((sum, each) => sum + Math.log(each), 0) / believed.length;
  if (least(believed) < reading.least_clear) return false;
  if (mean < Math.log(isClose ? reading.least_mean_close : reading.least_mean)) return false;
  const areClear = pairs.every(
    (pair, index) =>
      areEven(...pair, reading) && Math.min(believed[index], believed[index + 1]) >= leastOf(overlap(...pair), reading),
  );
  return areClear && !hasDotAbove(drawing);
}

function leastOf(share, reading) {
  if (share > reading.upon) return reading.least_upon;
  return share > reading.shared ? reading.least_shared : reading.least_clear;
}

function areEven(one, other, reading) {
  const isClose = overlap(one, other) > 0;
  const leastHeight = isClose ? reading.least_height_close : reading.least_height;
  const mostUneven = isClose ? reading.most_uneven_close : reading.most_uneven;
  const [low, high] = [Math.min(one.height, other.height), Math.max(one.height, other.height)];
  const [above, below] = [Math.abs(one.y - other.y), Math.abs(one.y + one.height - other.y - other.height)];
  return low >= leastHeight * high && Math.max(above, below) <= mostUneven * high;
}

function leastTouching(whole, digits, reading) {
  if (whole.width > reading.wide * whole.height) return reading.least_wide;
  const isUpon = digits.slice(1).some((digit, index) => overlap(digits[index].box, digit.box) > reading.upon);
  return isUpon ? reading.least_upon : reading.least_touching;
}

function overlap(one, other) {
  const shared = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  return shared / Math.min(one.width, other.width);
}

// ---- the ways to divide strokes among digits ----

function bestWay(drawing, readers) {
  const { limits, penWidth } = drawing;
  const strokes = thinned(drawing.strokes, limits.reading.most_points);
  const boxes = strokes.map((stroke) => boxOf(stroke, penWidth));
  const ways = orders(strokes).map((order) => bestOf({ strokes, boxes, penWidth, limits }, order, readers));
  return ways.reduce((best, way) => (way.score > best.score ? way : best));
}

// From left to right, and as they were written where that is another order.
function orders(strokes) {
  const written = [...strokes.keys()];
  const middles = strokes.map((stroke) => (least(every(stroke, 0)) + most(every(stroke, 0))) / 2);
  const byPlace = [...written].sort((one, other) => middles[one] - middles[other]);
  return byPlace.every((each, index) => each === index) ? [written] : [byPlace, written];
}

function bestOf(drawing, order, { look, draw }) {
  const { strokes, boxes, penWidth, limits } = drawing;
  const [{ reading, splitting }, end] = [limits, order.length];
  const candidates = candidatesOf(order.map((index) => boxes[index]), splitting);
  const believed = [];
  for (const candidate of candidates) {
    const parts = order.slice(candidate.first, candidate.last).sort((one, other) => one - other);
    Object.assign(candidate, look(draw(parts.map((index) => strokes[index]))));
    believed.push(belief(candidate, reading));
  }
  const borders = order.map((index, at) => {
    const isTouched = at + 1 < end && distance(strokes[index], strokes[order[at + 1]], limits) <= splitting.touching * penWidth;
    return isTouched ? splitting.touch_cost : 0;
  });
  const highest = most(candidates.map(({ box }) => box.height));
  const best = new Array(end + 1).fill(-Infinity);
  const chosen = [];
  best[0] = 0;
  const byEnd = [...candidates.keys()].sort((one, other) => candidates[one].last - candidates[other].last);
  for (const index of byEnd) {
    const { first, last, box, cost } = candidates[index];
    const low = Math.max(0, reading.lowest - box.height / highest) * reading.low_cost;
    const score = best[first] + (believed[index] - low) * (last - first) - cost - borders[last - 1];
    if (score > best[last]) [best[last], chosen[last]] = [score, index];
  }
  const groups = [];
  for (let at = end; at; at = candidates[groups.at(-1)].first) groups.push(chosen[at]);
  const digits = groups.map((index) => {
    const { probabilities, novelty, box } = candidates[index];
    return { probabilities, novelty, box };
  });
  digits.sort((one, other) => middle(one.box) - middle(other.box));
  return { score: best[end] / end, digits, least: Math.exp(least(groups.map((index) => believed[index]))) };
}

function candidatesOf(boxes, splitting) {
  const { height } = joined(boxes);
  const found = [];
  for (let first = 0; first < boxes.length; first += 1) {
    for (let last = first + 1; last <= Math.min(first + splitting.most_parts, boxes.length); last += 1) {
      const parts = boxes.slice(first, last);
      const box = joined(parts);
      if (parts.length > 1 && box.width > splitting.widest * height) continue;
      found.push({ first, last, box, cost: (splitting.gap_cost * widestGap(parts)) / height });
    }
  }
  return found;
}

// The logarithm of the probability that it is a digit, and this one.
function belief({ probabilities, novelty }, reading) {
  return Math.log(Math.max(most(probabilities) * (1 - novelty), reading.least));
}

// ---- strokes and the boxes around them ----

// All x (axis 0) or all y (axis 1) of a stroke.
const every = (stroke, axis) => stroke.filter((_, at) => at % 2 === axis);
const middle = (box) => box.x + box.width / 2;

export function boxOf(stroke, penWidth) {
  const half = single(penWidth / 2);
  const [x, y] = [0, 1].map((axis) => single(least(every(stroke, axis)) - half));
  const [right, bottom] = [0, 1].map((axis) => single(most(every(stroke, axis)) + half));
  return { x, y, width: single(right - x), height: single(bottom - y) };
}

function joined(boxes) {
  const [x, y] = [least(boxes.map((box) => box.x)), least(boxes.map((box) => box.y))];
  const right = most(boxes.map((box) => box.x + box.width));
  const bottom = most(boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

function widestGap(boxes) {
  let [gap, right] = [0, -Infinity];
  for (const box of [...boxes].sort((one, other) => one.x - other.x)) {
    gap = right === -Infinity ? 0 : Math.max(gap, box.x - right);
    right = Math.max(right, box.x + box.width);
  }
  return gap;
}

function layers({ boxes }, whole) {
  return boxes.reduce((sum, box) => sum + box.width, 0) / whole.width;
}

// How many strokes lie within the largest one and do not touch it.
function strokesWithin({ strokes, boxes, penWidth, limits }) {
  const areas = boxes.map((box) => box.width * box.height);
  const largest = areas.indexOf(most(areas));
  const reach = limits.splitting.touching * penWidth;
  const isInside = (stroke, index) =>
    index !== largest && isWithin(boxes[index], boxes[largest]) && distance(stroke, strokes[largest], limits) > reach;
  return strokes.filter(isInside).length;
}

// Whether a dot stands by itself in the upper half.
function hasDotAbove({ strokes, boxes, penWidth, limits }) {
  const { dot, touching } = limits.splitting;
  const whole = joined(boxes);
  const [half, size] = [whole.y + whole.height / 2, dot * whole.height + penWidth];
  return boxes.some((box, index) => {
    if (Math.max(box.width, box.height) > size || box.y + box.height / 2 >= half) return false;
    const isNear = (other, at) =>
      at !== index && (isWithin(box, other) || distance(strokes[index], strokes[at], limits) <= touching * penWidth);
    return !boxes.some(isNear);
  });
}

function isWithin(box, other) {
  const isBeside = box.x >= other.x && box.x + box.width <= other.x + other.width;
  return isBeside && box.y >= other.y && box.y + box.height <= other.y + other.height;
}

// How near strokes come to each other, by some of their points.
function distance(one, other, limits) {
  const [some, others] = [one, other].map((stroke) => 2 * Math.ceil(stroke.length / 2 / limits.splitting.most_points));
  let nearest = Infinity;
  for (let at = 0; at < one.length; at += some) {
    for (let to = 0; to < other.length; to += others) {
      const [right, down] = [single(one[at] - other[to]), single(one[at + 1] - other[to + 1])];
      nearest = Math.min(nearest, right * right + down * down);
    }
  }
  return single(Math.sqrt(nearest));
}

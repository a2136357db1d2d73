// A network that can be looked into: its layers in their order, what each gives for an image, and how each of its numbers
// comes about. All of it is read off the LiteRT graph, so it holds for every network that the reader can run.
import { damaged, ReaderError, unknown } from "./errors.js";
import { graphOf } from "./graph.js";
import { networkIn } from "./network.js";
import { isQuick } from "./products.js";

export { digitPixels } from "./ink.js";

// Operators that move a window over maps, and those that only give what they are given another shape.
const WINDOWED = {
  CONV_2D: "convolution", DEPTHWISE_CONV_2D: "depthwise", MAX_POOL_2D: "strongest", AVERAGE_POOL_2D: "average",
};
const SHAPING = new Set(["RESHAPE", "EXPAND_DIMS", "DEQUANTIZE"]);
// Operators on each number by itself, and what they are called here.
const EACH = { RELU: "relu", TANH: "tanh", LOGISTIC: "logistic", MUL: "times", ADD: "plus", SUB: "minus" };
const DONE = {
  relu: (value) => Math.max(value, 0),
  tanh: Math.tanh,
  logistic: (value) => 1 / (1 + Math.exp(-value)),
  times: (value, by) => value * by,
  plus: (value, by) => value + by,
  minus: (value, by) => value - by,
};
// The converter names what it has joined into one operator; these are the parts that cannot be seen any more.
const NORMALISED = /batch_?norm/i;
const TEMPERED = /temperature/i;

// Gives { look, layers }: `look` runs the network on pixels as `networkOf` does, and leaves in each layer's `values`
// what it gives. A layer is { kind, name: the converter's for its values, shape: [rows, columns, channels], sources: numbers
// of the layers it looks at, window, weights, offsets, steps: what is done to each sum, isNormalised, temperature }.
export function insideOf(bytes, quick = isQuick()) {
  const graph = graphOf(bytes);
  const look = networkIn(graph, quick);
  try {
    return { look, layers: layersOf(graph) };
  } catch (error) {
    if (error instanceof ReaderError) throw error;
    throw damaged(error);
  }
}

// The layers that the probabilities are computed by, from the image to them.
function layersOf({ tensors, operators, inputs, outputs }) {
  const image = { kind: "image", shape: [28, 28, 1], sources: [], steps: [], given: [tensors[inputs.image]] };
  const [layers, made] = [[image], new Map([[inputs.image, 0]])];
  for (const operator of needed(operators, outputs.probabilities)) {
    const sources = operator.inputs.filter((input) => made.has(input)).map((input) => made.get(input));
    if (!sources.length) continue; // of constants alone
    const last = layers[sources[0]];
    if (SHAPING.has(operator.kind)) made.set(operator.output, sources[0]);
    else if (operator.kind in EACH && sources.length === 1) {
      last.steps.push(stepOf(operator, tensors, made));
      last.given.push(tensors[operator.output]);
      made.set(operator.output, sources[0]);
    } else {
      made.set(operator.output, layers.length);
      layers.push(layerOf(operator, tensors, sources, layers));
    }
    if (operator.output === outputs.features) layers[made.get(operator.output)].isFeatures = true;
  }
  return layers.map(({ given, ...layer }) => ({ ...layer, name: given.at(-1).name, values: given.at(-1).data }));
}

function needed(operators, output) {
  const wanted = new Set([output]);
  const chain = [...operators].reverse().filter((operator) => {
    if (!wanted.has(operator.output)) return false;
    for (const input of operator.inputs) wanted.add(input);
    return true;
  });
  return chain.reverse();
}

// What is done to each number: the constant that it is done by has one number, or one for each channel.
function stepOf({ kind, inputs }, tensors, made) {
  return { kind: EACH[kind], by: inputs.filter((input) => input >= 0 && !made.has(input)).map((input) => tensors[input].data)[0] };
}

function layerOf(operator, tensors, sources, layers) {
  const { kind, options } = operator;
  const output = tensors[operator.output];
  const [input, weights, offsets] = operator.inputs.map((index) => tensors[index]);
  const { shape: before } = layers[sources[0]];
  const steps = options.activation && options.activation !== "none" ? [{ kind: options.activation }] : [];
  const layer = { sources, steps, given: [output], isNormalised: NORMALISED.test(output.name) };
  const whole = { height: before[0], width: before[1], strideY: 1, strideX: 1, top: 0, left: 0 };
  if (kind in WINDOWED) {
    const [height, width] = weights ? weights.shape.slice(1, 3) : [options.height, options.width];
    const window = windowOf(before, output.shape, { ...options, height, width });
    const isShortcut = kind === "CONV_2D" && height * width === 1;
    return { ...layer, kind: isShortcut ? "shortcut" : WINDOWED[kind], shape: output.shape.slice(1), window, ...learned(weights, offsets) };
  }
  const shape = [1, 1, output.size];
  if (kind === "FULLY_CONNECTED") {
    return { ...layer, kind: "dense", shape, window: whole, isTempered: TEMPERED.test(output.name), ...learned(weights, offsets) };
  }
  if (kind === "MEAN" && output.size === before[2]) return { ...layer, kind: "mean", shape, window: whole };
  if (kind === "ADD" && sources.length === 2) return { ...layer, kind: "sum", shape: before };
  if (kind === "SOFTMAX") return { ...layer, kind: "softmax", shape, temperature: temperatureOf(layers[sources[0]]) };
  throw unknown(`a layer ${kind} of ${input?.shape}`);
}

const learned = (weights, offsets) => ({ weights: weights?.data, offsets: offsets?.data });

// How far the window moves, and how many rows and columns beyond the rim it begins.
function windowOf([rows, columns], [, down, across], { height, width, strideY, strideX }) {
  const over = (side, given, stride, size) => Math.max((given - 1) * stride + size - side, 0) >> 1;
  return { height, width, strideY, strideX, top: over(rows, down, strideY, height), left: over(columns, across, strideX, width) };
}

// What the scores are divided by before the softmax; the last layer then gives them undivided.
function temperatureOf(scores) {
  const last = scores.steps.at(-1);
  if (last?.kind !== "times" || last.by.length !== 1) return undefined;
  scores.steps.pop();
  scores.given.pop();
  return 1 / last.by[0];
}

// How the number of a layer at a place came about: `terms`, the greatest first, `offset`, `sum`, and each of the `steps`
// after it with its value. A term is a channel of a layer before under the window: its values (NaN beyond the rim), its
// weights where there are any, and its total.
export function sumOf(layers, number, { row, column, channel }) {
  const layer = layers[number];
  if (layer.kind === "image" || layer.kind === "softmax") return undefined;
  const terms = termsOf(layers, layer, row, column, channel).sort((one, other) => Math.abs(other.total) - Math.abs(one.total));
  const offset = layer.offsets?.[channel] ?? 0;
  const sum = terms.reduce((whole, { total }) => whole + total, offset);
  let value = sum;
  const steps = layer.steps.map(({ kind, by }) => {
    const factor = by && by[channel % by.length];
    value = DONE[kind](value, factor);
    return { kind, by: factor, value };
  });
  return { kind: layer.kind, terms, offset, sum, steps, value: valueAt(layer, row, column, channel) };
}

function termsOf(layers, layer, row, column, channel) {
  if (layer.kind === "sum") {
    const rectangle = { top: row, left: column, height: 1, width: 1 };
    return layer.sources.map((source) => termOf(layers, source, channel, rectangle, undefined, total));
  }
  const [source] = layer.sources;
  const rectangle = patchOf(layer, row, column);
  const channels = layers[source].shape[2];
  const one = (weights, made) => [termOf(layers, source, channel, rectangle, weights, made)];
  if (layer.kind === "strongest") return one(undefined, greatest);
  if (layer.kind === "average" || layer.kind === "mean") return one(undefined, (values) => total(values) / values.length);
  if (layer.kind === "depthwise") return one(filterOf(layer, 0, channels, channel, rectangle), total);
  const from = channel * rectangle.height * rectangle.width * channels;
  return Array.from({ length: channels }, (_, at) =>
    termOf(layers, source, at, rectangle, filterOf(layer, from, channels, at, rectangle), total),
  );
}

function total(values) {
  let sum = 0;
  for (const value of values) if (value === value) sum += value; // what is beyond the rim is no number
  return sum;
}

function greatest(values) {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}

// The weights of one channel, of those that begin at a place.
function filterOf({ weights }, from, channels, channel, { height, width }) {
  const filter = new Float64Array(height * width);
  for (let at = 0, place = from + channel; at < filter.length; at += 1, place += channels) filter[at] = weights[place];
  return filter;
}

function termOf(layers, source, channel, rectangle, weights, made) {
  const { top, left, height, width } = rectangle;
  const { values: all, shape: [rows, columns, channels] } = layers[source];
  const values = new Float64Array(height * width);
  for (let at = 0, row = top; row < top + height; row += 1) {
    for (let column = left; column < left + width; column += 1, at += 1) {
      const isWithin = row >= 0 && column >= 0 && row < rows && column < columns;
      values[at] = isWithin ? all[(row * columns + column) * channels + channel] : NaN;
    }
  }
  let products = values;
  if (weights) {
    products = new Float64Array(values.length);
    for (let at = 0; at < values.length; at += 1) products[at] = values[at] * weights[at];
  }
  return { source, channel, ...rectangle, values, weights, products, total: made(products) };
}

export function valueAt({ values, shape: [, columns, channels] }, row, column, channel) {
  return values[(row * columns + column) * channels + channel];
}

// Where the window of a place lies in the layer before.
export function patchOf({ window, kind }, row, column) {
  if (kind === "sum" || kind === "softmax") return { top: row, left: column, height: 1, width: 1 };
  const { height, width, strideY, strideX, top, left } = window;
  return { top: row * strideY - top, left: column * strideX - left, height, width };
}

// What each layer before a place has to do with it: a rectangle of its maps, or nothing. The last one is the place.
export function fieldsOf(layers, number, { row, column }) {
  const fields = new Array(number + 1);
  fields[number] = { top: row, left: column, bottom: row + 1, right: column + 1 };
  for (let at = number; at > 0; at -= 1) {
    const field = fields[at];
    if (!field) continue;
    const [first, last] = [patchOf(layers[at], field.top, field.left), patchOf(layers[at], field.bottom - 1, field.right - 1)];
    for (const source of layers[at].sources) {
      const [rows, columns] = layers[source].shape;
      fields[source] = joined(fields[source], {
        top: Math.max(first.top, 0), left: Math.max(first.left, 0),
        bottom: Math.min(last.top + last.height, rows), right: Math.min(last.left + last.width, columns),
      });
    }
  }
  return fields;
}

function joined(one, other) {
  if (!one) return other;
  return {
    top: Math.min(one.top, other.top), left: Math.min(one.left, other.left),
    bottom: Math.max(one.bottom, other.bottom), right: Math.max(one.right, other.right),
  };
}

// How scores become probabilities: what is left of each after the temperature, its power of e, and its share.
export function sharesOf(layers, number) {
  const layer = layers[number];
  const temperature = layer.temperature ?? 1;
  const scores = Array.from(layers[layer.sources[0]].values);
  const powers = scores.map((score) => Math.exp(score / temperature));
  return scores.map((score, digit) => ({ score, divided: score / temperature, power: powers[digit], share: layer.values[digit] }));
}

// Parallel coordinates: a line for each trial through all axes. Dragging along an axis marks a range, and lines that
// pass outside of one fade; a click on an axis takes its range away.

const NARROWEST = 44; // CSS pixels between two axes
const PHONE = 640;
const FOOT = 20;
const LINE = 15; // between the lines of a title
const TICK = 5;
const REACH = 32; // of an axis, for a finger
const DRAG = 4; // CSS pixels from which on it is no click

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".parallel");
  const isSame = JSON.stringify(root.data) === JSON.stringify(data);
  const isNew = !root.data;
  if (isNew || root.data.title !== data.title) root.ranges = new Map(); // of the axes' values, by the axis's number
  root.data = data;
  if (isNew) new ResizeObserver(() => draw(root)).observe(root);
  else if (!isSame) draw(root);
}

function draw(root) {
  if (!root.clientWidth) return; // it is not shown
  const { axes, colours, title } = root.data;
  const svg = root.querySelector("svg");
  const width = Math.max(root.clientWidth, axes.length * NARROWEST);
  const [left, right] = root.clientWidth < PHONE ? [46, 20] : [76, 60];
  const step = (width - left - right) / Math.max(1, axes.length - 1);
  svg.replaceChildren();
  set(svg, { width, "aria-label": title });
  const lines = add(svg, "g");
  const groups = axes.map((axis, index) => add(svg, "g", { class: "parallel-axis", transform: `translate(${left + index * step})` }));
  const top = titled(groups, axes, step);
  const heights = axes.map((axis) => height(axis, top, root.clientHeight - FOOT));
  colours.forEach((colour, line) => {
    const points = axes.map((axis, index) => `${left + index * step} ${heights[index].of(axis.values[line])}`);
    const group = add(lines, "g", { class: "parallel-line" });
    for (const shown of [{ class: "parallel-near" }, { stroke: colour }]) add(group, "path", { d: `M${points.join("L")}`, ...shown });
  });
  groups.forEach((group, index) => drawAxis(root, group, index, heights[index]));
  fade(root);
}

// Titles above the axes, upright on their sides where they are wider than the room; gives where the axes begin.
function titled(groups, axes, step) {
  const titles = groups.map((group, index) => {
    const text = add(group, "text", { class: "axis-title", "text-anchor": "middle" });
    const parts = axes[index].label.split("\n");
    parts.forEach((part, at) => set(add(text, "tspan", { x: 0, y: (at + 1 - parts.length) * LINE }), {}, part));
    return text;
  });
  const widest = Math.max(...titles.map((text) => text.getBBox().width));
  const isUpright = widest > step - 10;
  const top = isUpright ? widest + 24 : 24 + LINE * Math.max(...titles.map((text) => text.children.length));
  for (const text of titles) {
    const middle = (LINE * (text.children.length - 1)) / 2 + 4;
    const turned = isUpright ? ` rotate(-90) translate(0 ${middle})` : "";
    set(text, { transform: `translate(0 ${top - 16})${turned}`, "text-anchor": isUpright ? "start" : "middle" });
  }
  return top;
}

// From an axis's values to pixels, and back: as far as a pixel beyond its ends, whose lines are within a range up to there.
function height({ range: [low, high] }, top, bottom) {
  const scale = (bottom - top) / (high - low || 1);
  return {
    top,
    bottom,
    of: (value) => bottom - (value - low) * scale,
    back: (y) => low + (bottom - Math.min(bottom + 1, Math.max(top - 1, y))) / scale,
  };
}

function drawAxis(root, group, index, height) {
  const { tickvals, ticktext } = root.data.axes[index];
  const { top, bottom } = height;
  add(group, "line", { y1: top, y2: bottom });
  tickvals.forEach((value, at) => {
    const y = height.of(value);
    add(group, "line", { x1: -TICK, y1: y, y2: y });
    set(add(group, "text", { class: "axis-tick", x: -TICK - 3, y: y + 4, "text-anchor": "end" }), {}, ticktext[at]);
  });
  const bar = add(group, "rect", { class: "parallel-range", x: -6, width: 12 });
  const range = root.ranges.get(index);
  if (range) span(bar, height, range);
  const reach = add(group, "rect", { class: "parallel-reach", x: -REACH / 2, y: top - 6, width: REACH, height: bottom - top + 12 });
  takePointer(reach, (from, to, isDragged) => {
    const ends = [height.back(from), height.back(to)].sort((a, b) => a - b);
    if (isDragged) root.ranges.set(index, ends);
    else root.ranges.delete(index);
    span(bar, height, isDragged ? ends : null);
    fade(root);
  });
}

// Tells of each step of a drag along an axis, from where to where, and of a click.
function takePointer(reach, tell) {
  let from = null;
  let isDragged = false;
  const place = (event) => event.clientY - reach.ownerSVGElement.getBoundingClientRect().top;
  // Within an SVG, `touch-action` alone does not keep every browser from scrolling.
  reach.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  reach.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    reach.setPointerCapture(event.pointerId);
    [from, isDragged] = [place(event), false];
  });
  reach.addEventListener("pointermove", (event) => {
    if (from === null) return;
    isDragged ||= Math.abs(place(event) - from) >= DRAG;
    if (isDragged) tell(from, place(event), true);
  });
  reach.addEventListener("pointerup", (event) => {
    if (from !== null && !isDragged) tell(from, place(event), false);
    from = null;
  });
  reach.addEventListener("pointercancel", () => (from = null));
}

function span(bar, height, range) {
  const [bottom, top] = range ? range.map(height.of) : [0, 0];
  set(bar, { y: top, height: bottom - top });
}

function fade(root) {
  const { axes } = root.data;
  const isOut = (line) => [...root.ranges].some(([index, [low, high]]) => axes[index].values[line] < low || axes[index].values[line] > high);
  root.querySelectorAll(".parallel-line").forEach((line, number) => line.classList.toggle("is-faded", isOut(number)));
}

function add(parent, name, attributes = {}) {
  return set(parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name)), attributes);
}

function set(element, attributes, text = "") {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

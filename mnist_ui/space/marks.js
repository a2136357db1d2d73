// The marks over the points: names of the digits, rings around points, the visitor's drawing and its neighbours.

const RING = 92; // Neighbours' pictures stand so far around the drawing, in pixels.
const PICTURE = 34;
const OWN_PICTURE = 44;
const EXTENT = 1.5; // Almost all of a digit's points are within so many times their mean distance from its middle.
const ACCENT = "#0b6bcb";

class Marks {
  constructor(panel, canvas) {
    this.panel = panel;
    this.context = canvas.getContext("2d");
  }

  paint({ width, height, ratio }) {
    const { context, panel } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    Object.assign(context, { lineJoin: "round", lineCap: "round", textAlign: "center", textBaseline: "middle" });
    this.names();
    if (panel.you) this.you(width, height);
    const picked = panel.you ? null : panel.space.points.picked; // where it has not become what is looked at
    for (const [index, colour] of [[picked, ACCENT], [panel.space.hovered, panel.space.ink]]) {
      if (index !== null && index !== undefined) this.ring(index, colour);
    }
    if (panel.line) this.line(panel.line);
  }

  // Each digit in the middle of its points, or over them where it would hide them; what is far stands behind, and paler.
  names() {
    const { context, panel } = this;
    const { points, ink, paper } = panel.space;
    const placed = panel.placedOf(panel.middles[0], panel.middles[1]);
    const near = panel.depths[0];
    const extents = points.extents(panel.to);
    const order = [...Array(10).keys()].sort((a, b) => placed[3 * b + 2] - placed[3 * a + 2]);
    const size = Math.max(15, Math.min(30, panel.height / 22));
    for (const digit of order) {
      const [x, middle, depth] = placed.subarray(3 * digit, 3 * digit + 3);
      if (!(depth > 0) || points.hiddenDigits.has(digit)) continue;
      const reach = EXTENT * extents[digit] * panel.camera.unit(panel.width, panel.height, depth);
      const y = Math.max(size / 2, middle - (reach < size ? reach + 0.6 * size : 0));
      context.globalAlpha = Math.max(0.35, Math.min(1, 1.1 - (depth - near) * 0.35));
      context.font = `700 ${size}px ${panel.space.font}`;
      context.lineWidth = size / 4.5;
      context.strokeStyle = paper;
      context.fillStyle = ink;
      context.strokeText(digit, x, y);
      context.fillText(digit, x, y);
    }
    context.globalAlpha = 1;
  }

  ring(index, colour) {
    const { context, panel } = this;
    const [x, y, depth] = panel.placeOf(index);
    if (!(depth > 0) || !panel.space.points.isShown(index)) return;
    const radius = Math.max(5, panel.size / depth / 2 + 3);
    for (const [width, style] of [[5, panel.space.paper], [2.5, colour]]) {
      Object.assign(context, { lineWidth: width, strokeStyle: style });
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  line(line) {
    const { context } = this;
    Object.assign(context, { strokeStyle: ACCENT, fillStyle: `${ACCENT}22`, lineWidth: 2 });
    context.beginPath();
    line.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fill();
    context.stroke();
  }

  you(width, height) {
    const { context, panel } = this;
    const { neighbours, picture, name } = panel.space.data.you;
    const [x, y, depth] = panel.placedOf(...panel.you);
    if (!(depth > 0)) return;
    const reach = Math.min(RING, width / 4, height / 4);
    // Pictures stand where there is room for them, also when the place is near an edge.
    const room = reach + PICTURE / 2 + 4; // which is more than the drawing's own picture and its name take
    const middle = [Math.max(room, Math.min(width - room, x)), Math.max(room, Math.min(height - room, y))];
    const around = neighbours.map((index) => ({ index, at: panel.placeOf(index) }));
    for (const each of around) each.angle = Math.atan2(each.at[1] - y, each.at[0] - x);
    around.sort((a, b) => a.angle - b.angle);
    const step = (2 * Math.PI) / Math.max(1, around.length);
    const turn = around.reduce((sum, each, number) => sum + Math.sin(each.angle - number * step), 0);
    const across = around.reduce((sum, each, number) => sum + Math.cos(each.angle - number * step), 0);
    const first = Math.atan2(turn, across);
    around.forEach((each, number) => {
      const angle = first + number * step;
      each.end = [middle[0] + reach * Math.cos(angle), middle[1] + reach * Math.sin(angle)];
    });
    for (const { at, end } of around) this.joined([x, y], at, end);
    for (const { index, at, end } of around) this.neighbour(index, at, end);
    this.own([x, y], middle, picture, name, reach);
  }

  joined(from, by, to) {
    const { context, panel } = this;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(by[0], by[1]);
    context.lineTo(...to);
    for (const [width, style] of [[4, panel.space.paper], [1.6, panel.space.ink]]) {
      Object.assign(context, { lineWidth: width, strokeStyle: style });
      context.stroke();
    }
  }

  neighbour(index, at, end) {
    const { context, panel } = this;
    const { points } = panel.space;
    const colour = panel.space.digitColour(points.labels[index]);
    context.beginPath();
    context.arc(at[0], at[1], 4.5, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: colour, strokeStyle: panel.space.paper, lineWidth: 1.5 });
    context.fill();
    context.stroke();
    this.tile(panel.space.pictures.of(index), end, PICTURE, colour, points.labels[index]);
  }

  tile(image, [x, y], side, colour, text) {
    const { context, panel } = this;
    const [left, top] = [x - side / 2, y - side / 2];
    context.beginPath();
    context.roundRect(left - 3, top - 3, side + 6, side + 6, 6);
    Object.assign(context, { fillStyle: colour, strokeStyle: panel.space.paper, lineWidth: 1.5 });
    context.fill();
    context.stroke();
    context.fillStyle = "#000";
    context.fillRect(left, top, side, side);
    if (image) {
      context.imageSmoothingEnabled = false;
      context.drawImage(image, left, top, side, side);
    } else {
      Object.assign(context, { fillStyle: "#fff", font: `600 ${side / 2}px ${panel.space.font}` });
      context.fillText(text, x, y + 1);
    }
  }

  own(place, [x, y], picture, name, reach) {
    const { context, panel } = this;
    if (place[0] !== x || place[1] !== y) this.joined(place, place, [x, y]);
    const image = picture && panel.space.pictures.at(picture);
    if (image) this.tile(image, [x, y], OWN_PICTURE, ACCENT, "");
    else {
      context.beginPath();
      context.arc(x, y, 11, 0, 2 * Math.PI);
      Object.assign(context, { fillStyle: ACCENT, strokeStyle: panel.space.paper, lineWidth: 3 });
      context.fill();
      context.stroke();
    }
    const under = y + (image ? OWN_PICTURE / 2 + 15 : 24);
    Object.assign(context, { font: `650 14px ${panel.space.font}`, lineWidth: 5 });
    Object.assign(context, { strokeStyle: panel.space.paper, fillStyle: panel.space.ink });
    context.strokeText(name, x, under, 2 * reach);
    context.fillText(name, x, under, 2 * reach);
  }
}

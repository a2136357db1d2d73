// How a layer is shown: maps in a grid, the strongest first; a list of numbers as small cells; ten numbers as rows.

const FEW = 6;
const GAP = 4;
const scratch = document.createElement("canvas");

function made(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

class View {
  constructor(layer, number, told) {
    Object.assign(this, { layer, number, told });
    const [rows, columns, channels] = layer.shape;
    Object.assign(this, { rows, columns, channels, isList: rows * columns === 1 });
    this.element = made("li", "network-layer");
    this.element.dataset.kind = layer.kind;
    this.head = this.element.appendChild(made("h2", "network-name"));
    const [kind, short] = [made("span", "network-kind", told.name), made("span", "network-short", told.short)];
    short.setAttribute("aria-hidden", "true");
    this.head.append(made("span", "network-number", String(number)), kind, short);
    this.head.title = told.name;
    this.element.append(made("span", "network-size", told.size));
  }

  // The place whose number is the greatest.
  strongest() {
    const { values } = this.layer;
    let best = 0;
    for (let at = 0; at < values.length; at += 1) if (Math.abs(values[at]) > Math.abs(values[best])) best = at;
    const place = Math.floor(best / this.channels);
    return { row: Math.floor(place / this.columns), column: place % this.columns, channel: best % this.channels };
  }

  // Where most came through on the way to the answer; `ways` has such places.
  get lead() {
    return this.ways?.[0] ?? this.strongest();
  }

  most() {
    let most = 0;
    for (const value of this.layer.values) most = Math.max(most, Math.abs(value));
    return most;
  }

  get isShown() {
    return this.element.offsetParent !== null;
  }
}

// Maps, each as many pixels wide as there is room for, on one scale.
class Maps extends View {
  constructor(layer, number, told) {
    super(layer, number, told);
    this.order = Array.from({ length: this.channels }, (_, channel) => channel);
    this.isAll = this.isList;
    this.target = this.element.appendChild(made("canvas", "network-maps"));
    if (!this.isList && this.channels > FEW) {
      this.more = this.element.appendChild(made("button", "network-more"));
      this.more.type = "button";
      this.more.addEventListener("click", () => this.toggle());
      this.speak();
    }
  }

  toggle() {
    this.isAll = !this.isAll;
    this.speak();
    this.told.changed();
  }

  speak() {
    this.more.textContent = this.isAll ? this.told.fewer : this.told.more;
    this.more.setAttribute("aria-expanded", this.isAll);
    this.more.setAttribute("aria-label", `${this.told.name}: ${this.more.textContent}`);
  }

  get shown() {
    return this.isAll ? this.order : this.order.slice(0, FEW);
  }

  // First come those that led to the answer, then those that answer most; a list stays as it is.
  sort() {
    if (this.isList) return;
    const sums = new Float64Array(this.channels);
    this.layer.values.forEach((value, at) => (sums[at % this.channels] += Math.abs(value)));
    const most = sums.reduce((one, other) => Math.max(one, other), 0) + 1;
    this.ways.forEach(({ channel }, rank) => (sums[channel] = most + this.ways.length - rank));
    this.order.sort((one, other) => sums[other] - sums[one] || one - other);
  }

  // `side` is a map's; a list's cells fill `length` along the picture's other direction.
  lay({ side, length, isUpright, width }) {
    const count = this.shown.length;
    if (this.isList) {
      const fits = (cell) => Math.ceil(count / Math.floor((isUpright ? width : side + 8) / cell)) * cell <= length;
      this.side = [16, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4].find(fits) ?? 3;
      this.gap = this.side > 6 ? 1 : 0;
      this.side -= this.gap;
      this.perRow = Math.max(1, Math.floor((isUpright ? width : side + 8) / (this.side + this.gap)));
    } else {
      const isMany = this.isAll && count > FEW;
      this.side = isMany ? Math.max(24, Math.round(side * (isUpright ? 0.5 : 0.6))) : side;
      this.gap = GAP;
      const room = isUpright ? width : isMany ? 3 * (this.side + GAP) : side;
      this.perRow = Math.max(1, Math.min(count, Math.floor((room + GAP) / (this.side + GAP))));
    }
    const across = this.perRow * (this.side + this.gap) - this.gap;
    const down = Math.ceil(count / this.perRow) * (this.side + this.gap) - this.gap;
    // The drawing stands in the middle of the maps that it is spread to.
    const above = this.layer.kind === "image" && !isUpright ? (length - down) / 2 : 0;
    Object.assign(this.target.style, { width: `${across}px`, height: `${down}px`, marginTop: `${above}px` });
    this.scale = Math.min(devicePixelRatio, 2);
    Object.assign(this.target, { width: across * this.scale, height: down * this.scale });
  }

  corner(slot) {
    const step = this.side + this.gap;
    return [(slot % this.perRow) * step, Math.floor(slot / this.perRow) * step];
  }

  paint() {
    const { rows, columns, channels, shown, layer, scale } = this;
    if (!this.side) return;
    const isInk = layer.kind === "image";
    const [most, pixels] = [isInk ? 1 : this.most(), isInk ? INKED_PIXELS : SIGNED_PIXELS];
    if (scratch.width < columns) scratch.width = columns;
    if (scratch.height < rows * shown.length) scratch.height = rows * shown.length;
    const picture = new ImageData(columns, rows * shown.length);
    const data = new Uint32Array(picture.data.buffer);
    const factor = SHADES / (most || 1);
    shown.forEach((channel, slot) => {
      for (let place = 0, to = slot * rows * columns; place < rows * columns; place += 1, to += 1) {
        const shade = Math.round(factor * layer.values[place * channels + channel]);
        data[to] = pixels[SHADES + Math.min(Math.max(shade, -SHADES), SHADES)];
      }
    });
    scratch.getContext("2d").putImageData(picture, 0, 0);
    const context = this.target.getContext("2d");
    context.imageSmoothingEnabled = false;
    shown.forEach((_, slot) => {
      const [left, top] = this.corner(slot);
      const side = this.side * scale;
      context.drawImage(scratch, 0, slot * rows, columns, rows, left * scale, top * scale, side, side);
    });
  }

  // Where a place is, in pixels from the corner of what is shown; nothing where its map is not shown.
  rectangle({ channel, top, left, bottom, right }) {
    const slot = this.shown.indexOf(channel);
    if (slot < 0) return undefined;
    const [x, y] = this.corner(slot);
    const [across, down] = [this.side / this.columns, this.side / this.rows];
    return { x: x + left * across, y: y + top * down, width: (right - left) * across, height: (bottom - top) * down };
  }

  hit(event) {
    const box = this.target.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const step = this.side + this.gap;
    const [right, down] = [Math.min(Math.floor(x / step), this.perRow - 1), Math.floor(y / step)];
    const channel = this.shown[down * this.perRow + right];
    if (channel === undefined || x < 0 || y < 0) return undefined;
    const within = (value, many) => Math.min(Math.floor((value * many) / this.side), many - 1);
    return { channel, row: within(y - down * step, this.rows), column: within(x - right * step, this.columns) };
  }

  // The next place in a direction; beyond the rim of a map comes the map beside it.
  step({ channel, row, column }, [right, down], isByMap) {
    const slot = this.shown.indexOf(channel);
    const next = { channel, row: row + down, column: column + right };
    const isWithin = next.row >= 0 && next.row < this.rows && next.column >= 0 && next.column < this.columns;
    if (isWithin && !isByMap) return next;
    const to = this.shown[slot + right + down * this.perRow];
    if (slot < 0) return this.lead;
    if (to === undefined) return { channel, row, column };
    if (isByMap) return { channel: to, row, column };
    return { channel: to, row: (next.row + this.rows) % this.rows, column: (next.column + this.columns) % this.columns };
  }
}

// Ten numbers, one for each digit: scores or probabilities.
class Digits extends View {
  constructor(layer, number, told) {
    super(layer, number, told);
    this.target = this.element.appendChild(made("div", "network-digits"));
    this.lines = Array.from({ length: this.channels }, (_, digit) => {
      const line = this.target.appendChild(made("div", "network-digit"));
      line.dataset.digit = digit;
      line.append(made("strong", "", String(digit)), made("span", "network-bar-of"), made("span", "network-value"));
      return line;
    });
  }

  get shown() {
    return this.lines.map((_, digit) => digit);
  }

  sort() {}

  lay({ length, isUpright }) {
    this.target.style.height = isUpright ? "" : `${length}px`;
  }

  paint() {
    const [{ values }, most] = [this.layer, this.most()];
    const best = this.strongest().channel;
    this.lines.forEach((line, digit) => {
      const value = values[digit];
      const text = this.told.written(value);
      if (line.lastChild.textContent !== text) line.lastChild.textContent = text;
      line.children[1].style.setProperty("--share", Math.min(Math.abs(value) / (most || 1), 1));
      line.children[1].classList.toggle("is-against", value < 0);
      line.classList.toggle("is-answer", this.layer.kind === "softmax" && digit === best);
    });
  }

  measure() {
    const { left, top } = this.target.getBoundingClientRect();
    this.boxes = this.lines.map((line) => {
      const box = line.getBoundingClientRect();
      return { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
    });
  }

  rectangle({ channel }) {
    return this.boxes?.[channel];
  }

  hit(event) {
    const line = event.target.closest?.(".network-digit");
    return line ? { channel: Number(line.dataset.digit), row: 0, column: 0 } : undefined;
  }

  step({ channel }, [right, down]) {
    return { channel: Math.min(Math.max(channel + right + down, 0), this.channels - 1), row: 0, column: 0 };
  }
}

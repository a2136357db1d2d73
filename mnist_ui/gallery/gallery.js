// The gallery: digits of one image, drawn on one canvas. Pointing at one or reaching it with the arrow keys lays an
// enlarged copy over it; a click, a tap or Enter picks it.

const TILE = 28; // pixels of a digit's side in the image
const ROOM = 720; // CSS pixels: below, digits are two thirds as large
const GAP = 10;
const LINE = 22; // CSS pixels that a caption takes
const RADIUS = 6;
const FRAMES = {
  right: { colour: "#009e73", dash: [] },
  wrong: { colour: "#d55e00", dash: [6, 4] },
  doubt: { colour: "#b0309e", dash: [2, 4] },
  chosen: { colour: "#1c83e1", dash: [] },
};
const FRAME = 3;

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  root.gallery ??= new Gallery(root);
  root.gallery.take(data, setTriggerValue);
}

let made = 0;

class Gallery {
  constructor(root) {
    const find = (name) => root.querySelector(`.gallery-${name}`);
    Object.assign(this, { root, grid: find("grid"), canvas: find("canvas"), lens: find("lens"), option: find("option") });
    this.option.id = `gallery-option-${++made}`;
    this.at = -1; // the digit that is pointed at or reached
    this.image = null;
    const { grid, canvas } = this;
    canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(this.under(event)));
    canvas.addEventListener("pointerleave", () => this.point(-1));
    canvas.addEventListener("click", (event) => this.pick(this.under(event)));
    grid.addEventListener("keydown", (event) => this.type(event));
    grid.addEventListener("focus", () => grid.matches(":focus-visible") && this.point(this.at < 0 ? 0 : this.at));
    grid.addEventListener("blur", () => this.point(-1));
    root.addEventListener("transitionend", (event) => event.target === root && this.paint());
    new ResizeObserver(() => this.paint()).observe(grid);
  }

  async take(data, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    if (JSON.stringify(data) === JSON.stringify(this.data)) return;
    const image = new Image();
    image.src = data.sprite;
    this.asked = image;
    if (data.count) await image.decode();
    if (this.asked !== image) return; // another page of digits has come meanwhile
    Object.assign(this, { data, image });
    this.grid.setAttribute("aria-label", data.title);
    this.grid.classList.add("can-pick");
    this.lens.style.backgroundImage = `url("${data.sprite}")`;
    const hadFocus = this.grid === document.activeElement && this.grid.matches(":focus-visible");
    this.at = -1;
    this.option.textContent = data.spoken[0] ?? "";
    this.paint();
    this.point(hadFocus && data.count ? 0 : -1);
    this.root.dataset.painted = `${data.count}`;
  }

  // ---- where things are ----

  layOut() {
    const width = this.grid.clientWidth - 2 * FRAME;
    const { count, captions, side } = this.data;
    const tile = width < ROOM ? Math.round((side * 2) / 3 / TILE) * TILE || TILE : side;
    const most = Math.max(1, Math.min(count, Math.floor((width + GAP) / (tile + GAP))));
    const columns = evenly(count, most);
    const spread = columns > 1 ? Math.floor((width - columns * tile) / (columns - 1)) : GAP;
    const gap = columns < count ? spread : Math.min(spread, 2 * GAP); // a few in one row stay together
    const line = captions.length ? LINE : 0;
    Object.assign(this, { width, tile, columns, gap, step: tile + gap, row: tile + line + GAP, rows: Math.ceil(count / columns) });
  }

  place(index) {
    return [FRAME + (index % this.columns) * this.step, FRAME + Math.floor(index / this.columns) * this.row];
  }

  under(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - left - FRAME + this.gap / 2) / this.step);
    const row = Math.floor((event.clientY - top - FRAME) / this.row);
    const index = row * this.columns + column;
    const isThere = column >= 0 && column < this.columns && row >= 0 && index < this.data.count;
    return isThere ? index : -1;
  }

  // ---- painting ----

  paint() {
    if (!this.data || !this.grid.clientWidth) return;
    this.layOut();
    const { canvas } = this;
    const width = this.grid.clientWidth;
    const ratio = devicePixelRatio;
    const height = Math.max(0, this.rows * this.row) + 2 * FRAME;
    if (canvas.style.height !== `${height}px`) canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    Object.assign(context, { imageSmoothingEnabled: false, fillStyle: style.color, textAlign: "center", textBaseline: "top" });
    context.font = `${parseFloat(style.fontSize) * 0.85}px ${style.fontFamily}`;
    for (let index = 0; index < this.data.count; index += 1) this.paintOne(context, index);
    this.point(this.at);
  }

  paintOne(context, index) {
    const [x, y] = this.place(index);
    const { tile, data } = this;
    const [left, top] = this.inSprite(index);
    context.save();
    context.beginPath();
    context.roundRect(x, y, tile, tile, RADIUS);
    context.clip();
    context.drawImage(this.image, left, top, TILE, TILE, x, y, tile, tile);
    context.restore();
    const frame = FRAMES[data.marks[index]];
    if (frame) {
      context.strokeStyle = frame.colour;
      context.lineWidth = FRAME;
      context.setLineDash(frame.dash);
      context.beginPath();
      context.roundRect(x - FRAME / 2, y - FRAME / 2, tile + FRAME, tile + FRAME, RADIUS + 1);
      context.stroke();
    }
    const caption = data.captions[index];
    if (caption) context.fillText(caption, x + tile / 2, y + tile + FRAME + 3, tile + 2 * FRAME);
  }

  inSprite(index) {
    return [(index % this.data.columns) * TILE, Math.floor(index / this.data.columns) * TILE];
  }

  // ---- the one that is pointed at ----

  point(index) {
    this.at = index;
    const isThere = index >= 0 && index < this.data?.count;
    this.lens.hidden = !isThere;
    if (!isThere) {
      this.grid.removeAttribute("aria-activedescendant");
      return;
    }
    const [x, y] = this.place(index);
    const { tile, data, lens } = this;
    const scale = tile / TILE;
    const [left, top] = this.inSprite(index);
    const rows = Math.ceil(data.count / data.columns);
    Object.assign(lens.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${tile}px`,
      height: `${tile}px`,
      backgroundSize: `${data.columns * TILE * scale}px ${rows * TILE * scale}px`,
      backgroundPosition: `${-left * scale}px ${-top * scale}px`,
    });
    this.say(index, x);
  }

  // What is written below it and read out.
  say(index, x) {
    const text = this.data.spoken[index] ?? "";
    const label = this.lens.firstElementChild;
    if (label.textContent !== text) label.textContent = text;
    const [before, after] = [x, this.width - x - this.tile];
    this.lens.style.setProperty("--shift", before < 90 ? "-25%" : after < 90 ? "-75%" : "-50%");
    Object.assign(this.option, { textContent: text });
    this.option.setAttribute("aria-posinset", index + 1);
    this.option.setAttribute("aria-setsize", this.data.count);
    this.grid.setAttribute("aria-activedescendant", this.option.id);
  }

  // ---- the keyboard ----

  type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.data?.count) return;
    const last = this.data.count - 1;
    const from = Math.max(this.at, 0);
    const inRow = from % this.columns;
    const to = {
      ArrowLeft: from - 1,
      ArrowRight: this.at < 0 ? 0 : from + 1,
      ArrowUp: from - this.columns,
      ArrowDown: from + this.columns,
      Home: event.shiftKey ? from - inRow : 0,
      End: event.shiftKey ? Math.min(last, from - inRow + this.columns - 1) : last,
    }[event.key];
    if (event.key === "Enter" || event.key === " ") this.pick(this.at);
    else if (to === undefined) return;
    else if (to >= 0 && to <= last) this.reach(to);
    event.preventDefault();
  }

  reach(index) {
    this.point(index);
    const [, y] = this.place(index);
    const { top } = this.grid.getBoundingClientRect();
    if (top + y < 70 || top + y + this.row > innerHeight) this.lens.scrollIntoView({ block: "center" });
  }

  pick(index) {
    if (index >= 0) this.setTriggerValue("picked", index);
  }
}

// The most columns up to a limit that leave no gap in the last row; the limit where that would waste much room.
function evenly(count, most) {
  for (let columns = most; columns > 0.8 * most; columns -= 1) if (count % columns === 0) return columns;
  return most;
}

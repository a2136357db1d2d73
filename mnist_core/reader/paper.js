// The paper: strokes on a canvas, by mouse, finger, pen or keys. Whoever made it hears when they change.
export const SIDE = 400; // The paper has this many units a side, whatever its size on the screen.
export const PEN = 20;

const INK = "#111827";
const NEAREST = 1.5; // A point nearer than this to the one before says nothing new.
const KEY_STEP = 10;
const FINE_STEP = 3;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Paper {
  // `cursor` is the pen of the keyboard. `hear` is called after each change of the strokes.
  constructor(canvas, cursor, hear) {
    Object.assign(this, { canvas, cursor, hear, strokes: [], current: null, at: [SIDE / 2, SIDE / 2], pressed: new Set() });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(name, (event) => event.pointerId === this.pointer && this.lift());
    }
    canvas.addEventListener("keydown", (event) => this.type(event));
    canvas.addEventListener("keyup", (event) => this.pressed.delete(event.key));
    canvas.addEventListener("blur", () => this.letGo());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  get isDrawing() {
    return Boolean(this.current);
  }

  // Strokes, lists of [x, y], in the place of what is there.
  replace(strokes) {
    this.letGo();
    this.current = null;
    this.strokes = strokes.map((points) => points.map(([x, y]) => [x, y]));
    this.paint();
    this.hear();
  }

  undo() {
    this.replace(this.strokes.slice(0, -1));
  }

  clear() {
    this.replace([]);
  }

  // ---- the pen ----

  place({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE].map((value) => Math.round(value * 100) / 100);
  }

  press(event) {
    if (event.button !== 0 || this.pointer !== undefined) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true, focusVisible: false });
    this.letGo();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.begin(this.place(event));
  }

  move(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.extend(this.place(each));
    this.hear();
  }

  begin(point) {
    this.current = [point];
    this.strokes.push(this.current);
    this.segment(this.current, 0);
    this.hear();
  }

  extend(point) {
    const [x, y] = this.current.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < NEAREST) return;
    this.current.push(point);
    this.segment(this.current, this.current.length - 1);
  }

  lift() {
    this.pointer = undefined;
    if (!this.current) return;
    this.tip(this.current);
    this.current = null;
    this.hear();
  }

  // ---- the keyboard ----

  type(event) {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "Backspace") this.undo();
    else if (key === "Delete") this.clear();
    else if (key === " ") event.repeat || this.toggle();
    else if (key in MOVES) this.go(key, event.shiftKey ? FINE_STEP : KEY_STEP);
    else return;
    event.preventDefault();
  }

  toggle() {
    if (this.current) this.lift();
    else this.begin([...this.at]);
    this.point();
  }

  go(key, step) {
    this.pressed.add(key);
    for (const pressed of this.pressed) {
      this.at = this.at.map((value, axis) => Math.min(SIDE, Math.max(0, value + MOVES[pressed][axis] * step)));
    }
    if (this.current) {
      this.extend([...this.at]);
      this.hear();
    }
    this.point();
  }

  point() {
    this.cursor.hidden = false;
    this.cursor.style.left = `${(100 * this.at[0]) / SIDE}%`;
    this.cursor.style.top = `${(100 * this.at[1]) / SIDE}%`;
    this.cursor.classList.toggle("is-down", this.isDrawing);
  }

  letGo() {
    this.cursor.hidden = true;
    this.pressed.clear();
    if (this.current && this.pointer === undefined) this.lift();
  }

  // ---- painting ----

  context() {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.canvas.width / SIDE, 0, 0, this.canvas.height / SIDE, 0, 0);
    return Object.assign(context, { strokeStyle: INK, fillStyle: INK, lineCap: "round", lineJoin: "round", lineWidth: PEN });
  }

  paint() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.context().clearRect(0, 0, SIDE, SIDE);
    for (const stroke of this.strokes) {
      stroke.forEach((_, index) => this.segment(stroke, index));
      if (stroke !== this.current) this.tip(stroke);
    }
  }

  // The part of a stroke that a point adds: a curve between the middles of its lines, so that no corner shows.
  segment(points, index) {
    const context = this.context();
    const [x, y] = points[index];
    context.beginPath();
    if (index === 0) {
      context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    const [lastX, lastY] = points[index - 1];
    const [firstX, firstY] = points[Math.max(index - 2, 0)];
    context.moveTo((firstX + lastX) / 2, (firstY + lastY) / 2);
    context.quadraticCurveTo(lastX, lastY, (lastX + x) / 2, (lastY + y) / 2);
    context.stroke();
  }

  // The last half of a stroke's last line.
  tip(points) {
    if (points.length < 2) return;
    const context = this.context();
    const [[fromX, fromY], [x, y]] = points.slice(-2);
    context.beginPath();
    context.moveTo((fromX + x) / 2, (fromY + y) / 2);
    context.lineTo(x, y);
    context.stroke();
  }
}

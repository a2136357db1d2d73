// A panel: one picture of the points with its own camera, which a mouse, fingers or keys move.

const TRAVEL_MS = 1800;
const MARK_MS = 350; // where only the drawing moves
const REACH = 12; // The pointer means a point that is not farther than so many pixels.
const STILL = 4; // A press that moves less is a click.
const DIAMETER = 5.4; // of each of 10,000 points in a picture 560 pixels high
const TURN_STEP = 0.12;
const MOVE_STEP = 40;
const ZOOM_STEP = 1.2;
const SMOOTH_WITHIN_MS = 14;
const KEY_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const eased = (way) => (way < 0.5 ? 4 * way ** 3 : 1 - (2 - 2 * way) ** 3 / 2);
const quiet = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Panel {
  constructor(space, name) {
    Object.assign(this, { space, name, camera: new Camera(name === "flat"), pointers: new Map(), line: null });
    this.element = document.createElement("div");
    this.element.className = "space-panel";
    this.surface = document.createElement("canvas");
    Object.assign(this.surface, { className: "space-marks", tabIndex: 0 });
    this.surface.setAttribute("role", "application");
    this.element.append(this.surface);
    this.marks = new Marks(this, this.surface);
    this.listen();
    new ResizeObserver(() => this.space.request(true)).observe(this.element);
    new IntersectionObserver(([entry]) => {
      this.isSeen = entry.isIntersecting;
      this.space.request();
    }).observe(this.element);
  }

  // ---- painting ----

  // A canvas that has tried one kind of painting cannot do another: each has a canvas of its own.
  prepare(kind) {
    if (this.painter && this.kind === kind) return;
    this.kind = kind;
    const canvas = () => {
      this.canvas?.remove();
      this.canvas = document.createElement("canvas");
      this.canvas.className = "space-points";
      this.canvas.setAttribute("aria-hidden", "true");
      this.element.prepend(this.canvas);
      return this.canvas;
    };
    this.painter = null;
    if (kind !== "plain") {
      try {
        this.painter = new GlPainter(canvas(), kind === "webgl");
        this.canvas.addEventListener("webglcontextlost", () => this.prepare("plain") ?? this.space.request());
      } catch (error) {
        console.info("The plain canvas is taken:", error.message);
      }
    }
    this.painter ??= new PlainPainter(canvas());
    this.element.dataset.painter = this.painter.name;
  }

  // Shows points at once, or lets them travel from where they are.
  show(places, you, isFlat, animated) {
    const middles = this.space.points.middles(places);
    const travels = animated && this.to && this.to.length === places.length && !quiet();
    if (travels) {
      const lasts = places === this.to ? MARK_MS : TRAVEL_MS;
      const from = this.now(this.from, this.to);
      this.set(from, places, [this.now(...this.middles), middles], you && [this.you ? this.now(...this.you) : you, you]);
      this.travel = { since: null, lasts, camera: this.camera.state, turns: isFlat !== this.camera.isFlat };
      this.way = 0;
    } else {
      this.set(places, places, [middles, middles], you && [you, you]);
      this.travel = null;
      this.way = 0;
    }
    if (isFlat !== this.camera.isFlat) {
      if (travels) this.travel.to = new Camera(isFlat).state;
      else this.camera.reset(isFlat);
    }
    this.camera.isFlat = isFlat;
    this.space.request();
  }

  set(from, to, middles, you) {
    Object.assign(this, { from, to, middles, you });
  }

  now(from, to) {
    if (from === to || this.way === 0) return from.slice();
    return from.map((value, at) => value + (to[at] - value) * this.way);
  }

  // One step of a journey; gives whether it goes on.
  advance(time) {
    if (!this.travel) return false;
    this.travel.since ??= time;
    const way = Math.min(1, (time - this.travel.since) / this.travel.lasts);
    this.way = eased(way);
    const { camera, to } = this.travel;
    for (const name of to ? Object.keys(to) : []) {
      this.camera[name] = camera[name] + (to[name] - camera[name]) * this.way;
    }
    if (way < 1) return true;
    this.set(this.to, this.to, [this.middles[1], this.middles[1]], this.you && [this.you[1], this.you[1]]);
    this.way = 0;
    this.travel = null;
    return false;
  }

  paint(isMoving) {
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    if (!this.from || !width || !height || !this.painter) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.surface]) {
      if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
      if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    }
    Object.assign(this, { width, height, matrix: this.camera.matrix(width, height), placed: null });
    const { points } = this.space;
    const crowd = Math.min(2, (points.count / 10000) ** -0.235);
    const screen = Math.sqrt(Math.min(width, height) / 560);
    this.size = DIAMETER * crowd * screen * FIT * this.camera.zoom ** -0.45;
    const { distance, isFlat } = this.camera;
    this.depths = isFlat ? [distance, distance + 3] : [distance - 0.9, distance + 1];
    const began = performance.now();
    this.painter.paint({
      from: this.from, to: this.to, way: this.way, colours: points.colours, edition: points.edition,
      matrix: this.matrix, size: this.size * ratio, depths: this.depths, background: this.space.background,
      isSmooth: !isMoving || this.cost < SMOOTH_WITHIN_MS,
    });
    this.cost = 0.8 * (this.cost ?? 0) + 0.2 * (performance.now() - began);
    this.paintMarks();
    this.space.painted(this);
  }

  paintMarks() {
    if (this.matrix) this.marks.paint({ width: this.width, height: this.height, ratio: Math.min(2, devicePixelRatio || 1) });
  }

  // ---- where points are on the screen ----

  placedOf(from, to) {
    return project(this.matrix, from, to, this.way, this.width, this.height, new Float32Array(from.length));
  }

  placeOf(index) {
    const part = (array) => array.subarray(3 * index, 3 * index + 3);
    return this.placedOf(part(this.from), part(this.to));
  }

  all() {
    this.placed ??= this.placedOf(this.from, this.to);
    return this.placed;
  }

  // The point that is meant by a place: the nearest, and of those about as near the foremost.
  at(x, y) {
    if (!this.from || !this.matrix) return null;
    const placed = this.all();
    const { points } = this.space;
    let [best, least] = [null, Infinity];
    for (let index = 0; index < points.count; index += 1) {
      const [dx, dy, depth] = [placed[3 * index] - x, placed[3 * index + 1] - y, placed[3 * index + 2]];
      if (!(Math.abs(dx) < REACH && Math.abs(dy) < REACH && depth > 0) || !points.isShown(index)) continue;
      const away = Math.hypot(dx, dy);
      if (away > Math.max(REACH / 2, this.size / depth / 2 + 4)) continue;
      const score = away + 4 * depth;
      if (score < least) [best, least] = [index, score];
    }
    return best;
  }

  within(line) {
    const placed = this.all();
    const { points } = this.space;
    return Uint8Array.from({ length: points.count }, (_, index) => {
      const isThere = placed[3 * index + 2] > 0 && points.isShown(index);
      return isThere && isWithin(placed[3 * index], placed[3 * index + 1], line) ? 1 : 0;
    });
  }

  // ---- mouse and fingers ----

  listen() {
    const { surface } = this;
    surface.addEventListener("pointerdown", (event) => this.press(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.lift(event));
    surface.addEventListener("pointercancel", (event) => this.giveUp(event));
    surface.addEventListener("lostpointercapture", (event) => this.drop(event));
    surface.addEventListener("pointerleave", () => this.space.hover(null));
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("keydown", (event) => this.type(event));
    surface.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  place(event) {
    const { left, top } = this.surface.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  press(event) {
    if (!this.from) return;
    this.surface.focus({ preventScroll: true, focusVisible: false });
    this.surface.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    this.moved = this.pointers.size > 1 ? Infinity : 0;
    this.before = this.camera.state;
    this.isMoving = event.shiftKey || event.button > 0;
    this.line = null;
    if (this.pointers.size === 1 && this.space.tool !== "turn" && event.button === 0) {
      this.line = [this.place(event)];
      this.adds = event.shiftKey;
    }
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    const now = this.place(event);
    if (!before) {
      if (event.pointerType !== "touch") this.space.hover(this, now);
      return;
    }
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    this.moved += Math.hypot(dx, dy);
    if (this.moved < STILL && !this.line) return;
    this.space.hover(null);
    if (this.line) this.trace(now);
    else if (this.pointers.size > 1) this.pinch(event.pointerId, now);
    else if (this.camera.isFlat || this.isMoving) this.camera.move(dx, dy, this.height);
    else this.camera.turn((2.6 * dx) / Math.min(this.width, this.height), (2.6 * dy) / Math.min(this.width, this.height));
    this.pointers.set(event.pointerId, now);
    this.space.touched(this);
  }

  trace(now) {
    const [first] = this.line;
    if (this.space.tool === "lasso") this.line.push(now);
    else this.line = [first, [now[0], first[1]], now, [first[0], now[1]]];
  }

  pinch(pointer, now) {
    const other = [...this.pointers].find(([id]) => id !== pointer)[1];
    const before = this.pointers.get(pointer);
    const apart = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1;
    this.camera.move((now[0] - before[0]) / 2, (now[1] - before[1]) / 2, this.height);
    this.zoom(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
  }

  zoom(factor, [x, y] = [this.width / 2, this.height / 2]) {
    return this.camera.magnify(factor, x - this.width / 2, y - this.height / 2, this.height);
  }

  lift(event) {
    if (!this.pointers.has(event.pointerId)) return;
    const { line, moved } = this;
    this.drop(event);
    if (line?.length > 2 && moved >= STILL) this.space.select(this.within(line), this.adds);
    else if (moved < STILL) this.space.pick(this.at(...this.place(event)), this, this.place(event));
  }

  // The finger turned out to scroll the page: what it did to the map until then is taken back.
  giveUp(event) {
    if (this.pointers.size === 1 && this.pointers.has(event.pointerId)) Object.assign(this.camera, this.before);
    this.drop(event);
  }

  drop(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    this.line = null;
    this.space.request();
  }

  wheel(event) {
    if (!this.from) return;
    const factor = Math.exp(-Math.max(-80, Math.min(80, event.deltaY * (event.deltaMode ? 30 : 1))) * 0.0025);
    // At its end the page goes on scrolling.
    if (!this.zoom(factor, this.place(event))) return;
    event.preventDefault();
    this.space.touched(this);
  }

  // ---- the keyboard ----

  type(event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !this.from) return;
    if (key in KEY_MOVES) this.go(...KEY_MOVES[key], event.shiftKey);
    else if (key === "+" || key === "=") this.zoom(ZOOM_STEP);
    else if (key === "-") this.zoom(1 / ZOOM_STEP);
    else if (key === "Home") this.camera.reset();
    else if (key === " ") this.space.toggleSpin();
    else if (key === "Enter") this.space.pick(this.central(), this);
    else if (key === "Escape") this.space.clear();
    else return;
    event.preventDefault();
    if (key !== " ") this.space.touched(this);
  }

  go(x, y, isMoving) {
    if (this.camera.isFlat || isMoving) this.camera.move(-x * MOVE_STEP, -y * MOVE_STEP, this.height);
    else this.camera.turn(x * TURN_STEP, y * TURN_STEP);
  }

  // The point nearest to the middle of the picture.
  central() {
    const placed = this.all();
    let [best, least] = [null, Infinity];
    for (let index = 0; index < this.space.points.count; index += 1) {
      const away = Math.hypot(placed[3 * index] - this.width / 2, placed[3 * index + 1] - this.height / 2);
      if (away < least && this.space.points.isShown(index)) [best, least] = [index, away];
    }
    return best;
  }
}

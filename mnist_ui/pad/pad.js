// The drawing pad: strokes in, answers out. While the pen moves it reads by itself, or asks the server's route, one request
// at a time, and paints the answer; once the pen rests the strokes go to Streamlit, for the rest of the page.

const SIDE = 400; // The paper has this many units a side, whatever its size on the screen.
const INK = "#111827";
// What the tab keeps.
const DRAWING = "drawing";
const PEN = "pen";
const BETWEEN_REQUESTS_MS = 25;
const RETRY_MS = 1000;
// While Streamlit goes to another page, what this one still tells it would leave the other one empty.
const HELD_MS = 5000;
const WAYS = "[data-testid='stTopNavLink'], [data-testid='stTopNavDropdownLink'], [data-testid='stSidebarNavLink'], [data-testid='stPageLink-NavLink'], .kiosk-places button, .kiosk-leave";
const NEAREST = 1.5; // A point nearer than this to the one before says nothing new.
const MOST_TOLD = 4000; // Points of a drawing beyond this are thinned out: the server reads 5,000.
const REPLAY_SPEED = 0.75; // Units a millisecond.
const KEY_STEP = 10;
const FINE_STEP = 3;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  root.pad ??= new Pad(root);
  root.pad.take(data, setStateValue);
  return () => root.pad.leave();
}

class Pad {
  constructor(root) {
    const find = (name) => root.querySelector(`.pad-${name}`);
    Object.assign(this, { root, canvas: find("canvas"), cursor: find("cursor"), panel: find("answer"), said: find("said") });
    this.call = find("call");
    this.boxes = root.querySelector(".boxes");
    this.strokes = [];
    this.current = null; // the stroke that is being drawn
    this.version = 0; // counts changes; an answer to what has been cleared since is not painted
    this.answered = 0;
    this.cleared = 0;
    this.at = [SIDE / 2, SIDE / 2]; // the keyboard's pen
    this.pressed = new Set();
    this.clearing = new Countdown(find("clearing"), () => this.root.isConnected && this.wipe());
    this.limit = new Countdown(find("limit"), () => this.end());
    const parts = { group: find("order"), play: find("play"), next: find("next"), caption: find("example") };
    this.order = new Order(this, parts);
    this.live = new Live(root);
    this.listen(find("undo"), find("clear"));
    this.way = this.wayHere();
    this.rememberPen();
    new ResizeObserver(() => this.paint()).observe(this.canvas);
  }

  listen(undo, clear) {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(name, (event) => event.pointerId === this.pointer && this.lift());
    }
    canvas.addEventListener("keydown", (event) => this.type(event));
    canvas.addEventListener("keyup", (event) => this.pressed.delete(event.key));
    canvas.addEventListener("blur", () => this.letGo());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    undo.addEventListener("click", () => this.undo());
    clear.addEventListener("click", () => this.clear());
    // Whatever else is pressed on the page shall find the drawing as it is.
    this.flush = (event) => this.root.contains(event.target) || this.tell();
    document.addEventListener("pointerdown", this.flush, true);
    document.addEventListener("keydown", this.flush, true);
    this.hold = (event) => (event.type !== "click" || event.target.closest?.(WAYS)) && (this.held = performance.now());
    document.addEventListener("click", this.hold, true);
    document.addEventListener("mnist-studio-leaves", this.hold);
  }

  // A link past the navigation, which only who comes to it by the keyboard sees; it follows Streamlit's own.
  wayHere() {
    const link = document.createElement("a");
    Object.assign(link, { className: "skip-link", href: "#drawing-area" });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.canvas.focus();
    });
    const first = document.querySelector("[data-testid=stSkipToContent]");
    if (first) first.after(link);
    else document.body.prepend(link);
    return link;
  }

  rememberPen() {
    for (const input of this.root.querySelectorAll("input")) {
      input.checked = Number(input.value) === (recall(TAB, PEN) ?? 20);
      input.addEventListener("change", () => remember(TAB, PEN, Number(input.value)));
    }
  }

  // What Python says: a new edition is another drawing; the same one is the visitor's own, and stays.
  take(data, setStateValue) {
    this.setStateValue = setStateValue;
    const isFirst = this.edition === undefined;
    const isOther = data.edition !== this.edition;
    const asks = ["url", "model", "language"].some((name) => data[name] !== this[name]);
    const { url, model, language, edition, empty, remembers } = data;
    Object.assign(this, { url, model, language, edition, empty, remembers, restMs: data.rest_ms, clearAfterS: data.clear_after_s });
    this.live.take(data.reader);
    this.speak(data);
    if (isFirst) this.show(this.empty);
    if (isOther) {
      this.order.restart();
      this.time(data.limit_s);
    }
    const kept = data.is_new ? this.kept() : [];
    if (kept.length && (isFirst || isOther)) {
      this.replace(kept);
      this.isUntold = true;
      this.tell(true);
    } else if (isOther && data.replay) {
      this.replay(data.strokes);
    } else if (isOther) {
      this.replace(data.strokes);
      this.keep();
    } else if (asks) {
      this.changed();
    }
    this.order.take(data, data.words);
  }

  // All words come from Python, in the visitor's language.
  speak({ words, call, arrangement }) {
    for (const each of this.root.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
    for (const each of this.root.querySelectorAll("[data-label]")) {
      each.setAttribute("aria-label", words[each.dataset.label]);
    }
    this.root.className = `pad is-${arrangement === "bare" ? "column is-bare" : arrangement}${call ? " is-called" : ""}`;
    this.way.textContent = words.skip;
    if (this.called !== call) this.call.innerHTML = this.called = call;
  }

  // From here on counts how long a drawing takes, however long the server needs in between.
  time(limitS) {
    Object.assign(this, { shown: performance.now(), rested: undefined, isOver: false });
    if (limitS) this.limit.start(limitS);
    else this.limit.stop();
    if (this.called) this.canvas.focus({ preventScroll: true, focusVisible: false });
  }

  end() {
    if (!this.root.isConnected) return;
    this.isOver = this.isUntold = true;
    if (!this.current) this.tell();
  }

  leave() {
    // Streamlit takes the pad off the page, or only calls again with new data: then it goes on.
    setTimeout(() => {
      if (this.root.isConnected) return;
      this.way.remove();
      for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, this.flush, true);
      document.removeEventListener("click", this.hold, true);
      document.removeEventListener("mnist-studio-leaves", this.hold);
    }, 1000);
  }

  // ---- the pen ----

  place(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const point = [((event.clientX - left) / width) * SIDE, ((event.clientY - top) / height) * SIDE];
    if (event.pointerType === "pen" && event.pressure > 0) point.push(event.pressure);
    return point.map((value) => Math.round(value * 100) / 100);
  }

  press(event) {
    if (event.button !== 0 || (this.current && this.pointer !== undefined)) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true, focusVisible: false });
    this.letGo();
    this.order.giveWay();
    this.finishReplay();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.begin(this.place(event));
  }

  move(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.extend(this.place(each));
    this.changed();
  }

  begin(point) {
    clearTimeout(this.resting);
    this.current = { width: this.pen(), points: [point] };
    this.strokes.push(this.current);
    this.segment(this.current, 0);
    this.changed();
  }

  extend(point) {
    const { points } = this.current;
    const [x, y] = points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < NEAREST) return;
    points.push(point);
    this.segment(this.current, points.length - 1);
  }

  lift() {
    if (!this.current) return;
    this.tip(this.current);
    this.current = null;
    this.pointer = undefined;
    if (this.answered === this.version) this.say();
    this.rest();
  }

  pen() {
    return Number(this.root.querySelector("input:checked").value);
  }

  undo() {
    this.letGo();
    this.order.giveWay();
    this.finishReplay();
    this.replace(this.strokes.slice(0, -1));
    this.rest();
  }

  clear() {
    this.letGo();
    this.order.giveWay();
    this.finishReplay();
    this.replace([]);
    this.rest();
  }

  // Nobody has gone on with what is drawn.
  wipe() {
    this.letGo();
    this.replace([]);
    this.rest();
    this.order.cleared();
  }

  // ---- the keyboard ----

  type(event) {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (/^[0-9a-z]$/i.test(key)) return this.tell(); // a key of the page's own: it means the drawing as it is
    else if (key === "Backspace") this.undo();
    else if (key === "Delete") this.clear();
    else if (key === " ") event.repeat || this.toggle();
    else if (key in MOVES) this.go(key, event.shiftKey ? FINE_STEP : KEY_STEP);
    else return;
    event.preventDefault();
  }

  toggle() {
    if (this.current) {
      this.lift();
    } else {
      this.order.giveWay();
      this.finishReplay();
      this.begin([...this.at]);
    }
    this.point();
  }

  go(key, step) {
    this.pressed.add(key);
    for (const pressed of this.pressed) {
      this.at = this.at.map((value, axis) => Math.min(SIDE, Math.max(0, value + MOVES[pressed][axis] * step)));
    }
    if (this.current) {
      this.extend([...this.at]);
      this.changed();
    } else if (this.clearing.isOn && !this.order.isShowing) {
      this.clearing.start(this.clearAfterS); // who looks for the next stroke's place is still drawing
    }
    this.point();
  }

  point() {
    this.cursor.hidden = false;
    this.cursor.style.left = `${(100 * this.at[0]) / SIDE}%`;
    this.cursor.style.top = `${(100 * this.at[1]) / SIDE}%`;
    this.cursor.classList.toggle("is-down", Boolean(this.current));
  }

  letGo() {
    this.cursor.hidden = true;
    this.pressed.clear();
    if (this.current && this.pointer === undefined) this.lift();
  }

  // ---- the drawing ----

  replace(strokes) {
    this.strokes = strokes.map(({ width, points }) => ({ width, points: [...points] }));
    this.paint();
    this.changed();
  }

  replay(strokes) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.replace(strokes);
      this.rest();
      return;
    }
    this.replace([]);
    this.canvas.parentElement.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const run = { strokes, left: strokes.flatMap((stroke, index) => stroke.points.map((point) => [index, point])) };
    this.running = run;
    let since = performance.now();
    const step = (now) => {
      if (this.running !== run) return;
      for (let way = (now - since) * REPLAY_SPEED; way > 0 && run.left.length; ) way -= this.follow(run);
      since = now;
      this.changed();
      if (run.left.length) requestAnimationFrame(step);
      else this.finishReplay();
    };
    requestAnimationFrame(step);
  }

  // Draws the next point of a replay; gives how far the pen went.
  follow(run) {
    const [index, point] = run.left.shift();
    if (index === this.strokes.length) {
      const last = this.strokes.at(-1)?.points.at(-1) ?? point;
      this.strokes.push({ width: run.strokes[index].width, points: [point] });
      this.segment(this.strokes[index], 0);
      return Math.hypot(point[0] - last[0], point[1] - last[1]);
    }
    const { points } = this.strokes[index];
    points.push(point);
    this.segment(this.strokes[index], points.length - 1);
    return Math.hypot(point[0] - points.at(-2)[0], point[1] - points.at(-2)[1]);
  }

  finishReplay() {
    if (!this.running) return;
    const { strokes } = this.running;
    this.running = null;
    this.replace(strokes);
    this.rest();
  }

  // ---- painting ----

  context() {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.canvas.width / SIDE, 0, 0, this.canvas.height / SIDE, 0, 0);
    Object.assign(context, { strokeStyle: INK, fillStyle: INK, lineCap: "round", lineJoin: "round" });
    return context;
  }

  paint() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.context().clearRect(0, 0, SIDE, SIDE);
    for (const stroke of this.strokes) {
      stroke.points.forEach((_, index) => this.segment(stroke, index));
      if (stroke !== this.current) this.tip(stroke);
    }
  }

  // The part of a stroke that a point adds: a curve between the middles of its lines, so that no corner shows.
  segment({ width, points }, index) {
    const context = this.context();
    const [x, y, pressure = 0.5] = points[index];
    context.lineWidth = width * (0.5 + pressure);
    context.beginPath();
    if (index === 0) {
      context.arc(x, y, context.lineWidth / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    const [before_x, before_y] = points[index - 1];
    const [first_x, first_y] = index > 1 ? points[index - 2] : points[0];
    context.moveTo((first_x + before_x) / 2, (first_y + before_y) / 2);
    context.quadraticCurveTo(before_x, before_y, (before_x + x) / 2, (before_y + y) / 2);
    context.stroke();
  }

  // The last half of a stroke's last line.
  tip({ width, points }) {
    if (points.length < 2) return;
    const context = this.context();
    const [[from_x, from_y], [x, y, pressure = 0.5]] = points.slice(-2);
    context.lineWidth = width * (0.5 + pressure);
    context.beginPath();
    context.moveTo((from_x + x) / 2, (from_y + y) / 2);
    context.lineTo(x, y);
    context.stroke();
  }

  show(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const boxes = fresh.content.querySelector(".boxes");
    boxes?.remove();
    this.boxes.replaceChildren(...(boxes?.children ?? []));
    turnInto(this.panel, fresh.content);
    this.panel.dataset.version = this.version;
  }

  say() {
    const text = this.panel.querySelector(".answer")?.getAttribute("aria-label") ?? "";
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  // ---- the live answer ----

  changed() {
    this.version += 1;
    document.dispatchEvent(new CustomEvent("mnist-studio-drawn", { detail: this.strokes }));
    this.clearing.stop();
    if (this.strokes.length) {
      this.ask();
      return;
    }
    this.cleared = this.answered = this.version;
    if (this.empty !== undefined) this.show(this.empty);
    this.say();
  }

  async ask() {
    if (this.answered === this.version || this.isResting() || this.read() || this.isAsking) return;
    this.isAsking = true;
    const asked = this.version;
    const sent = performance.now();
    let pause = 0;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/html", "Accept-Language": this.language },
        body: JSON.stringify({ strokes: thinned(this.strokes), size: [SIDE, SIDE], model: this.model }),
        signal: AbortSignal.timeout(10000),
      });
      if (response.status === 429) throw new Error("Others are before us.");
      const html = await response.text();
      if (this.cleared < asked && this.answered < asked) this.show(html);
      this.answered = Math.max(this.answered, asked);
      pause = BETWEEN_REQUESTS_MS - (performance.now() - sent);
    } catch (error) {
      console.warn("No answer:", error);
      pause = RETRY_MS;
    }
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    this.isAsking = false;
    if (this.answered !== this.version && this.root.isConnected) this.ask();
    else if (!this.current) this.say();
    this.settle();
  }

  // Answers here and now; false where the server has to.
  read() {
    const html = this.live.answer(thinned(this.strokes));
    if (html === undefined) return false;
    this.show(html);
    this.answered = this.version;
    if (!this.current) this.say();
    this.settle();
    return true;
  }

  // Whether a reading that took long is to be followed by time for the pen; then it asks by itself.
  isResting() {
    const { rest } = this.live;
    if (rest > 0) this.asksLater ??= setTimeout(() => {
      this.asksLater = undefined;
      if (this.root.isConnected) this.ask();
    }, rest);
    return rest > 0;
  }

  // The last stroke has settled once no other was begun for a while and its answer is there.
  settle() {
    if (this.resting || this.current || this.running || this.answered !== this.version || this.clearing.isOn) return;
    const isHeld = this.order.isShowing && !this.order.isOn;
    if (this.clearAfterS && this.strokes.length && !isHeld) this.clearing.start(this.clearAfterS);
  }

  // ---- Streamlit ----

  rest() {
    this.rested = performance.now();
    // An example of the running order is nobody's drawing.
    if (!this.order.isShowing) {
      this.keep();
      this.isUntold = true;
    }
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell(), this.restMs);
  }

  tell(isKept = false) {
    clearTimeout(this.resting);
    this.resting = null;
    this.settle();
    if (!this.isUntold || !this.root.isConnected) return;
    const held = this.held === undefined ? 0 : this.held + HELD_MS - performance.now();
    if (held > 0) {
      this.resting = setTimeout(() => this.tell(isKept), held);
      return;
    }
    this.isUntold = false;
    const { edition, isOver } = this;
    const strokes = this.order.isShowing ? [] : thinned(this.strokes);
    const ms = Math.round((this.rested ?? performance.now()) - this.shown);
    this.setStateValue("drawn", { edition, strokes, is_kept: isKept, ms, is_over: isOver });
  }

  keep() {
    if (this.remembers) remember(TAB, DRAWING, this.strokes);
  }

  kept() {
    const drawn = (strokes) => strokes.filter(({ width, points }) => width > 0 && points.length);
    return (this.remembers && recall(TAB, DRAWING, drawn)) || [];
  }
}

function thinned(strokes) {
  const every = Math.ceil(strokes.reduce((sum, { points }) => sum + points.length, 0) / MOST_TOLD);
  const some = (points) => (every > 1 ? points.filter((_, index) => index % every === 0) : points);
  return strokes.map(({ width, points }) => ({ width, points: some(points) }));
}

// Makes the children of an element those of another one; what is there already is changed, so that bars can glide.
function turnInto(shown, wanted) {
  const [here, there] = [[...shown.childNodes], [...wanted.childNodes]];
  there.forEach((node, index) => {
    const old = here[index];
    if (!old) shown.append(node);
    else if (old.nodeName !== node.nodeName) old.replaceWith(node);
    else if (node.nodeType === Node.TEXT_NODE) old.data = node.data;
    else {
      for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of node.attributes) old.setAttribute(name, value);
      turnInto(old, node);
    }
  });
  here.slice(there.length).forEach((node) => node.remove());
}

// A network that learns while one watches: a worker trains it, this shows what the worker tells and passes on what the
// visitor wants. Settings that the visitor changed go to Python for the page's address; others that it says are taken.
const TELL_MS = 400;
const CALM_MS = 1000; // between two pictures, for who wants little motion
const SAY_MS = 6000;
const FADE = 0.97; // of the strongest weight so far, so that colours do not flicker
const DRAWN = "mnist-studio-drawn"; // what a pad of the page says with each change
const FRESH = ["filters", "kernel", "seed"]; // another one of these is another network

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".learner");
  root.learner ??= new Learner(root);
  root.learner.take(data, setStateValue);
  return () => root.learner.leave();
}

class Learner {
  constructor(root) {
    const find = (name) => root.querySelector(`.learner-${name}`);
    Object.assign(this, { root, find, pending: [], most: 0, painted: 0, said: 0, score: null });
    this.course = new Course(root.querySelector("canvas"));
    this.step = new StepView(root);
    this.knobs = new Knobs(root.querySelector("form"), (name, settings) => this.turn(name, settings));
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    find("go").addEventListener("click", () => (this.isRunning ? this.pause() : this.run()));
    find("once").addEventListener("click", () => this.stepOnce());
    find("again").addEventListener("click", () => this.begin());
    this.onDrawn = ({ detail }) => {
      this.hasPad = true; // from now on it tells by itself
      this.look(detail);
    };
    this.onSight = () => this.breathe();
    document.addEventListener(DRAWN, this.onDrawn);
    document.addEventListener("visibilitychange", this.onSight);
  }

  // What Python says.
  take(data, setStateValue) {
    Object.assign(this, { data, setStateValue, words: data.words });
    this.speak();
    const said = JSON.stringify(data.settings);
    if (!this.settings) {
      this.settings = data.settings;
      this.knobs.show(data.knobs, data.settings);
      this.start();
    } else {
      this.knobs.show(data.knobs, this.settings);
      this.follow(said);
    }
    if (!this.hasPad && data.strokes.length) this.look(data.strokes);
  }

  // Settings of an address that was opened; those that this told itself are not news.
  follow(said) {
    const known = this.pending.indexOf(said);
    if (known >= 0) this.pending.splice(0, known + 1);
    else if (!this.pending.length && said !== JSON.stringify(this.settings)) {
      this.settings = JSON.parse(said);
      this.knobs.set(this.settings);
      this.begin();
    }
  }

  speak() {
    const { root, words, data } = this;
    for (const each of root.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
    for (const each of root.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words[each.dataset.label]);
    this.figure = (value, decimals = 0) =>
      value.toLocaleString(data.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    this.percent = (share, decimals = 0) =>
      share.toLocaleString(data.language, { style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    this.seconds = (value) => `${this.figure(value)} s`;
    Object.assign(this.course, { percent: this.percent, seconds: this.seconds });
    this.course.paint();
    this.showButton();
  }

  start() {
    const { worker, digits } = this.data;
    const absolute = (address) => new URL(address, document.baseURI).href;
    this.worker = new Worker(absolute(worker), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear[data.kind].call(this, data);
    this.worker.onerror = (event) => this.fail(event.message);
    this.ask("load", { ...digits, address: absolute(digits.address) });
    this.begin();
  }

  ask(what, wish = {}) {
    this.worker?.postMessage({ do: what, ...wish });
  }

  leave() {
    // Streamlit takes this off the page, or only calls again with new data: then it goes on.
    setTimeout(() => {
      if (this.root.isConnected) return;
      this.worker?.terminate();
      this.worker = null;
      clearTimeout(this.telling);
      document.removeEventListener(DRAWN, this.onDrawn);
      document.removeEventListener("visibilitychange", this.onSight);
    });
  }

  begin() {
    this.course.restart();
    this.step.hide();
    Object.assign(this, { score: null, most: 0, isLost: false });
    this.find("note").textContent = "";
    this.ask("begin", { settings: this.settings });
    if (this.isRunning) this.say(this.words.said_again);
  }

  run() {
    if (this.isLost) this.begin();
    this.isRunning = true;
    this.step.hide();
    if (!this.isReady) this.find("note").textContent = this.words.fetching;
    this.breathe();
    this.showButton();
  }

  pause() {
    this.isRunning = false;
    this.ask("pause");
    this.showButton();
    this.sayScore();
  }

  // In a hidden tab nothing works.
  breathe() {
    this.ask(this.isRunning && !document.hidden ? "run" : "pause");
  }

  stepOnce() {
    if (this.isLost) this.begin();
    this.isRunning = false;
    this.showButton();
    this.ask("step");
  }

  // A knob was turned.
  turn(name, settings) {
    this.settings = settings;
    if (FRESH.includes(name)) this.begin();
    else this.ask("change", { settings });
    const said = JSON.stringify(settings);
    this.pending.push(said);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      this.pending = [said];
      this.setStateValue("told", settings);
    }, TELL_MS);
  }

  // The visitor's drawing as the network gets it.
  async look(strokes) {
    this.strokes = strokes;
    this.ink ??= import(new URL(this.data.ink, document.baseURI).href);
    const { digitPixels } = await this.ink;
    if (this.strokes !== strokes) return;
    const lines = strokes.filter(({ points }) => points.length);
    const widths = lines.map(({ width }) => width).sort((one, other) => one - other);
    const flat = lines.map(({ points }) => Float32Array.from(points.flatMap(([x, y]) => [x, y])));
    const pixels = lines.length ? digitPixels(flat, widths[widths.length >> 1], this.data.limits) : null;
    this.find("empty").hidden = Boolean(pixels);
    this.find("reading").hidden = !pixels;
    this.ask("look", { pixels });
  }

  get hear() {
    return { ready: this.onReady, frame: this.onFrame, score: this.onScore, step: this.onStep, lost: this.onLost, error: this.onError };
  }

  onReady() {
    this.isReady = true;
    this.find("note").textContent = "";
  }

  onFrame(frame) {
    this.frame = frame;
    const wait = this.calm.matches && this.isRunning ? CALM_MS : 0;
    if (this.isAwaited || performance.now() - this.painted < wait) return;
    this.isAwaited = true;
    requestAnimationFrame(() => {
      this.isAwaited = false;
      this.painted = performance.now();
      this.paint(this.frame);
    });
  }

  paint({ seen, ms, loss, filters, stride, count, maps, side, probabilities }) {
    const { kernel } = this.settings;
    this.find("seen").textContent = this.figure(seen);
    this.find("time").textContent = this.figure(ms / 1000, 1);
    this.find("loss").textContent = Number.isFinite(loss) ? this.figure(loss, 2) : "–";
    if (this.isLost || filters.length !== count * stride || stride < kernel * kernel) return;
    const list = this.find("filters").querySelector("ul");
    if (list.children.length !== count) list.replaceChildren(...Array.from({ length: count }, (_, at) => this.filter(at)));
    this.most = Math.max(FADE * this.most, ...filters.map(Math.abs));
    const largest = maps ? Math.max(...maps.map(Math.abs), 1e-6) : 1;
    [...list.children].forEach(({ children: [filter, map] }, at) => {
      paintSquare(filter, kernel, this.most, (place) => filters[at * stride + place]);
      map.hidden = !maps;
      if (maps) paintSquare(map, side, largest, (place) => maps[place * count + at]);
    });
    if (probabilities && !this.find("reading").hidden) this.showReading(probabilities);
    this.root.dataset.frames = Number(this.root.dataset.frames ?? 0) + 1;
  }

  filter(at) {
    const item = tag("li");
    const name = filled(this.words.filter, { number: at + 1 });
    const map = filled(this.words.map, { number: at + 1 });
    for (const label of [name, map]) {
      const canvas = tag("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", label);
      item.append(canvas);
    }
    return item;
  }

  showReading(probabilities) {
    const reading = this.find("reading");
    const bars = reading.querySelector("ol");
    if (!bars.children.length) {
      for (let digit = 0; digit < probabilities.length; digit += 1) {
        const row = tag("li");
        const track = tag("span", { className: "bar-track" });
        track.append(tag("span", { className: "bar" }));
        row.append(tag("span", { className: "bar-name", textContent: digit }), track, tag("span", { className: "bar-value" }));
        bars.append(row);
      }
    }
    const best = probabilities.indexOf(Math.max(...probabilities));
    reading.querySelector("strong").textContent = this.root.dataset.reads = best;
    [...bars.children].forEach((row, digit) => {
      row.classList.toggle("is-answer", digit === best);
      row.querySelector(".bar").style.width = `${100 * probabilities[digit]}%`;
      row.querySelector(".bar-value").textContent = this.percent(probabilities[digit]);
    });
  }

  onScore({ share, ms, seen }) {
    const isFirst = this.score === null;
    Object.assign(this, { score: { share, ms, seen } });
    this.course.add(ms / 1000, share);
    this.root.dataset.share = share;
    this.root.dataset.ms = ms;
    this.find("right").textContent = this.percent(share, 1);
    const said = filled(this.words.said, { share: this.percent(share, 1), seen: this.figure(seen) });
    this.course.canvas.setAttribute("aria-label", said);
    if (!isFirst && this.isRunning && performance.now() - this.said > SAY_MS) this.sayScore();
  }

  sayScore() {
    if (this.score) this.say(this.course.canvas.getAttribute("aria-label"));
  }

  say(text) {
    this.said = performance.now();
    this.find("said").textContent = text;
  }

  onStep(step) {
    this.step.kernel = this.settings.kernel;
    this.step.show(step, this.words, this.figure);
    this.step.root.scrollIntoView({ block: "nearest", behavior: this.calm.matches ? "auto" : "smooth" });
    this.say(`${this.step.looked.textContent} ${this.step.moved.textContent}`);
  }

  onLost() {
    this.isLost = true;
    this.isRunning = false;
    this.find("note").textContent = this.words.lost;
    this.showButton();
  }

  onError({ message }) {
    this.fail(message);
  }

  fail(message) {
    console.warn("The network cannot learn here:", message);
    this.isRunning = false;
    this.find("note").textContent = this.words.failed;
    this.showButton();
  }

  showButton() {
    this.find("go").textContent = this.isRunning ? this.words.pause : this.words.start;
    this.root.dataset.state = this.isRunning ? "runs" : "rests";
  }
}

// The map: panels, controls and what is told to Streamlit. The camera, hidden digits and selections live here, in the
// browser: Streamlit hears only of what was picked.

const SPIN = 0.16; // Radians a second.
const SPIN_EVERY_MS = 33; // A slow turn needs no more.
const FILM_STEP_MS = 900;
const STILL_MS = 160;

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".space");
  root.space ??= new Space(root);
  root.space.take(data, setStateValue);
}

class Space {
  constructor(root) {
    this.root = root;
    this.find = (name) => root.querySelector(`.space-${name}`);
    this.points = new Points();
    this.pictures = new Pictures(this);
    this.legend = new Legend(this);
    this.memory = new Memory(this);
    this.panels = [new Panel(this, "main")];
    this.find("stage").append(this.panels[0].element);
    this.tool = "turn";
    this.shown = 0;
    this.colouring = 0;
    this.film = 0;
    this.isSpinning = !quiet();
    this.hovered = null;
    this.tip = new Tip(this);
    this.find("stage").append(this.tip.element);
    this.listen();
  }

  listen() {
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => this.use(button.dataset.tool));
    }
    const actions = {
      spin: "toggleSpin", nearer: "nearer", farther: "farther", home: "home", save: "save", full: "fill", play: "togglePlay", clear: "clear",
    };
    for (const [name, call] of Object.entries(actions)) this.find(name).addEventListener("click", () => this[call]());
    this.find("film").querySelector("input").addEventListener("input", (event) => this.seek(Number(event.target.value)));
    this.root.querySelector("select").addEventListener("change", (event) => this.recolour(event.target.selectedIndex));
    // A colour of the theme that changes is a transition (see the style sheet): this is how a theme switch is noticed.
    this.root.addEventListener("transitionstart", (event) => event.target === this.root && this.request());
    this.root.addEventListener("transitionend", (event) => event.target === this.root && this.request());
    document.addEventListener("fullscreenchange", () => this.request());
  }

  // ---- what Python says ----

  async take(data, setStateValue) {
    this.setStateValue = setStateValue;
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    const before = this.wanted;
    this.wanted = data;
    this.speak(data.words);
    if (!before) {
      this.shown = data.shown;
      this.memory.recall(data);
    }
    if (before && before.shown !== data.shown) this.shown = data.shown;
    this.shown = Math.min(this.shown, data.layouts.length - 1);
    this.colouring = Math.min(this.colouring, data.colourings.length - 1);
    try {
      await this.load(data, text);
    } catch (error) {
      console.warn(error);
      this.fail(data.words.broken);
    }
  }

  // The texts of the HTML, in the visitor's language.
  speak(words) {
    const named = (name) => this.root.querySelectorAll(`[data-${name}]`);
    for (const element of named("text")) element.textContent = words[element.dataset.text];
    for (const element of named("title")) element.title = words[element.dataset.title];
    for (const element of named("label")) element.setAttribute("aria-label", words[element.dataset.label]);
  }

  // A text by its name, with what stands in braces filled in.
  word(name, values = {}) {
    return this.wanted.words[name].replace(/\{(\w+)\}/g, (braces, key) => values[key] ?? braces);
  }

  count(number) {
    return number.toLocaleString(this.wanted.words.language);
  }

  async load(data, text) {
    const needed = data.isFilm ? data.layouts : [data.layouts[this.shown]];
    const layout = (described) => this.points.layout(data.arrays, described);
    const [adopt, flat, ...main] = await Promise.all([
      this.points.take(data, this.colouring), data.flat && layout(data.flat), ...needed.map(layout),
    ]);
    if (text !== this.text) return;
    const isSame = this.data?.edition === data.edition;
    const last = this.data;
    this.data = data;
    adopt();
    // The tip would lie over the mark of a point that was clicked.
    if (!isSame || JSON.stringify(last.you) !== JSON.stringify(data.you)) this.tell(null);
    this.arrange(data);
    this.controls();
    const place = (number) => data.you && Float32Array.from([...data.you.places[number], 0].slice(0, 3));
    if (flat) this.panels[1].show(flat, place(data.layouts.length), true, isSame);
    this.main = main;
    if (data.isFilm) this.seek(last ? Math.min(this.film, main.length - 1) : main.length - 1);
    else this.panels[0].show(main[0], place(this.shown), data.layouts[this.shown].dimensions === 2, isSame);
    if (!last) this.memory.restoreCameras();
    this.find("stage").querySelector(".space-trouble")?.remove();
    this.describe();
    this.request();
  }

  fail(sentence) {
    if (this.data) return;
    const trouble = document.createElement("p");
    Object.assign(trouble, { className: "space-trouble", textContent: sentence });
    this.find("stage").querySelector(".space-trouble")?.remove();
    this.find("stage").append(trouble);
  }

  // As many panels as there are to be, each with its painter.
  arrange(data) {
    if (data.flat && this.panels.length === 1) {
      this.panels.push(new Panel(this, "flat"));
      this.tip.element.before(this.panels[1].element);
    } else if (!data.flat && this.panels.length === 2) {
      this.panels.pop().element.remove();
    }
    this.root.style.setProperty("--space-height", `${data.height}px`);
    this.root.classList.toggle("has-two", this.panels.length === 2);
    for (const panel of this.panels) panel.prepare(data.painter);
    this.use(this.tool);
  }

  describe() {
    const { count, title, layouts } = this.data;
    for (const panel of this.panels) {
      const layout = panel.name === "flat" ? this.data.flat : layouts[this.shown];
      const name = panel.camera.isFlat ? "describedFlat" : "described";
      panel.surface.setAttribute("aria-label", this.word(name, { title, count: this.count(count), layout: layout.name }));
    }
  }

  // ---- controls ----

  controls() {
    const { layouts, colourings, isFilm } = this.data;
    this.buttons("layouts", isFilm || layouts.length < 2 ? [] : layouts.map(({ name }) => name), this.shown, (number) => this.go(number));
    const select = this.root.querySelector("select");
    select.replaceChildren(...colourings.map(({ name }) => new Option(name, name)));
    select.selectedIndex = this.colouring;
    this.find("colouring").hidden = colourings.length < 2;
    this.find("film").hidden = !isFilm;
    this.find("film").querySelector("input").max = layouts.length - 1;
    this.legend.show();
    this.pressed("spin", this.isSpinning, "stopSpin", "spin");
    this.pressed("play", this.isPlaying, "pause", "play");
  }

  buttons(group, names, pressed, act) {
    this.find(group).hidden = !names.length;
    const made = names.map((name, number) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: name, onclick: () => act(number) });
      button.setAttribute("aria-pressed", number === pressed);
      return button;
    });
    this.find(group).replaceChildren(...made);
  }

  pressed(name, isOn, whenOn, whenOff) {
    const button = this.find(name);
    button.classList.toggle("is-on", isOn);
    button.title = this.word(isOn ? whenOn : whenOff);
    button.setAttribute("aria-label", button.title);
  }

  async recolour(number) {
    this.colouring = number;
    this.points.hiddenClasses.clear();
    this.memory.keep();
    const adopt = await this.points.take(this.data, number);
    if (number !== this.colouring) return;
    adopt();
    this.legend.show();
    this.request();
  }

  use(tool) {
    this.tool = tool;
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", button.dataset.tool === tool);
    }
    this.root.dataset.tool = tool;
  }

  // ---- travel, film, rotation ----

  async go(number) {
    this.shown = number;
    const { layouts, you, arrays } = this.data;
    this.buttons("layouts", layouts.map(({ name }) => name), number, (each) => this.go(each));
    this.find("layouts").children[number].focus();
    const places = await this.points.layout(arrays, layouts[number]);
    if (this.shown !== number) return;
    const place = you && Float32Array.from([...you.places[number], 0].slice(0, 3));
    this.panels[0].show(places, place, layouts[number].dimensions === 2, true);
    this.describe();
    this.memory.keep();
  }

  seek(film) {
    this.film = film;
    const [panel] = this.panels;
    const { layouts, you } = this.data;
    const at = Math.min(Math.floor(film), Math.max(0, layouts.length - 2));
    const [from, to] = [this.main[at], this.main[Math.min(at + 1, layouts.length - 1)]];
    const place = (number) => Float32Array.from([...you.places[number], 0].slice(0, 3));
    if (panel.from !== from || panel.to !== to) {
      const yours = you && [place(at), place(Math.min(at + 1, layouts.length - 1))];
      panel.set(from, to, [this.points.middles(from), this.points.middles(to)], yours);
    }
    panel.way = film - at;
    const isFlat = layouts[at].dimensions === 2;
    if (panel.camera.isFlat !== isFlat) panel.camera.reset(isFlat);
    this.shown = Math.round(film);
    const input = this.find("film").querySelector("input");
    input.value = film;
    input.setAttribute("aria-valuetext", layouts[this.shown].name);
    this.find("film").querySelector("output").textContent = layouts[this.shown].name;
    this.request();
  }

  togglePlay() {
    this.isPlaying = !this.isPlaying;
    if (this.isPlaying && this.film >= this.data.layouts.length - 1) this.seek(0);
    this.pressed("play", this.isPlaying, "pause", "play");
    this.request();
  }

  toggleSpin(isOn = !this.isSpinning) {
    this.isSpinning = isOn;
    this.pressed("spin", isOn, "stopSpin", "spin");
    this.memory.keep();
    this.request();
  }

  nearer() {
    this.zoom(ZOOM_STEP);
  }

  farther() {
    this.zoom(1 / ZOOM_STEP);
  }

  zoom(factor) {
    for (const panel of this.panels) panel.zoom(factor);
    this.touched();
  }

  home() {
    for (const panel of this.panels) panel.camera.reset();
    this.memory.keep();
    this.request();
  }

  // ---- the loop: it runs only while something changes ----

  request() {
    this.isStale = true;
    this.requestMarks();
  }

  // What is over the points is painted again, and they only if somebody asks for that.
  requestMarks() {
    if (!this.frame) this.frame = requestAnimationFrame((time) => this.step(time));
  }

  step(time) {
    this.frame = null;
    if (!this.data || !this.root.isConnected) return;
    const passed = Math.min(100, time - (this.time ?? time));
    const [main] = this.panels;
    const travels = this.panels.map((panel) => panel.advance(time)).some(Boolean);
    const spins = this.isSpinning && !main.camera.isFlat && main.isSeen !== false && !main.pointers.size && this.hovered === null;
    if (spins && !travels && !this.isPlaying && this.last && time - this.last < SPIN_EVERY_MS - 4) {
      this.request();
      return;
    }
    this.time = this.last = time;
    if (spins) main.camera.turn((SPIN * passed) / 1000, 0);
    if (this.isPlaying) this.play(passed);
    this.theme();
    const moves = travels || spins || this.isPlaying;
    const isPressed = this.panels.some((panel) => panel.pointers.size);
    for (const panel of this.panels) {
      if (this.isStale || moves) panel.paint(moves || isPressed || this.isRough);
      else panel.paintMarks();
    }
    this.isStale = false;
    clearTimeout(this.calm);
    if (moves) this.request();
    else this.time = null;
    // Once all is still, the points' rims are smoothed.
    if (isPressed || this.isRough) {
      this.calm = setTimeout(() => {
        this.isRough = false;
        this.request();
      }, STILL_MS);
    }
  }

  play(passed) {
    const end = this.data.layouts.length - 1;
    this.seek(Math.min(end, this.film + passed / FILM_STEP_MS));
    if (this.film >= end) this.togglePlay();
  }

  // A camera was moved by hand: the show is over.
  touched() {
    if (this.isSpinning) this.toggleSpin(false);
    this.isRough = true;
    this.memory.keep();
    this.request();
  }

  painted(panel) {
    this.root.dataset.frames = Number(this.root.dataset.frames ?? 0) + 1;
    panel.element.dataset.count = this.points.count;
  }

  theme() {
    const style = getComputedStyle(this.root);
    const inks = style.color.match(/[\d.]+/g).map(Number);
    const paper = style.backgroundColor.match(/[\d.]+/g).map(Number);
    this.ink = `rgb(${inks.slice(0, 3).join()})`;
    this.background = paper.slice(0, 3);
    this.paper = `rgb(${this.background.join()})`;
    this.font = style.fontFamily;
  }

  // ---- hover, pick, select ----

  hover(panel, place) {
    this.pointer = panel && { panel, place };
    if (this.isHovering) return;
    this.isHovering = true;
    requestAnimationFrame(() => {
      this.isHovering = false;
      const index = this.pointer ? this.pointer.panel.at(...this.pointer.place) : null;
      this.tell(index, this.pointer?.panel);
    });
  }

  tell(index, panel) {
    if (index === this.hovered) return;
    this.hovered = index;
    this.tip.element.hidden = index === null;
    if (index !== null) this.tip.show(index, panel);
    this.requestMarks();
  }

  pick(index, panel) {
    if (index === null) {
      this.tell(null);
      return;
    }
    this.points.picked = index;
    this.tell(index, panel);
    this.say(this.word("picked", { image: this.name(index), digit: this.points.labels[index], reading: this.reading(index) }));
    this.setStateValue("picked", { edition: this.data.edition, point: index, click: Date.now() });
    this.request();
  }

  select(within, adds) {
    const { points } = this;
    const chosen = adds && points.selected ? points.selected.map((each, index) => each | within[index]) : within;
    this.choose(chosen.includes(1) ? chosen : null);
  }

  clear() {
    this.tell(null);
    if (this.points.selected) this.choose(null);
  }

  choose(chosen) {
    this.points.select(chosen);
    this.legend.show();
    this.say(chosen ? this.word("selected", { count: this.count(this.points.selectedCount) }) : this.word("unselected"));
    this.setStateValue("chosen", { edition: this.data.edition, bits: this.points.bits });
    this.request();
  }

  // What a point is called, and what it is read as.
  name(index) {
    const { firstTest } = this.points;
    const number = this.points.number(index);
    const isTest = number >= firstTest;
    return this.word(isTest ? "testImage" : "trainingImage", { number: isTest ? number - firstTest : number });
  }

  reading(index) {
    const { read, sure } = this.points;
    if (!read) return "";
    return this.word(sure ? "sureReading" : "reading", { digit: read[index], sure: sure?.[index] });
  }

  say(text) {
    this.find("said").textContent = text;
  }

  digitColour(digit) {
    const ofDigits = this.data.colourings.find(({ names }) => names.join("") === "0123456789");
    return ofDigits?.colours[digit] ?? ACCENT;
  }

  save() {
    const stage = this.find("stage");
    const ratio = Math.min(2, devicePixelRatio || 1);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [stage.clientWidth * ratio, stage.clientHeight * ratio];
    const context = canvas.getContext("2d");
    context.fillStyle = this.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const panel of this.panels) {
      panel.paint(false); // WebGL's picture lasts only as long as this task
      const at = [panel.element.offsetLeft * ratio, panel.element.offsetTop * ratio];
      context.drawImage(panel.canvas, ...at);
      context.drawImage(panel.surface, ...at);
    }
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      Object.assign(link, { href: URL.createObjectURL(blob), download: "map.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }
}

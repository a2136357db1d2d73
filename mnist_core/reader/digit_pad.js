// <digit-pad>: paper, the answer beside it, and what the network gets. The pages that have it say where it reads with what
// (`source`); everything else is here.
import { answerOf } from "./answer.js";
import { Paper, PEN, SIDE } from "./paper.js";
import { STYLE } from "./style.js";
import { verdictOf } from "./verdict.js";

const MOST_POINTS = 4000; // Points of a drawing beyond this are thinned out: 5,000 are read.
const RETRY_MS = 3000;
// A reading that takes longer than this would hold up the pen: a server has more time.
const MOST_MS = 200;
// What it says where nothing could be loaded, not even the words of a language.
const FAILED = "The reader could not be loaded, so nothing is read. Your drawing stays. Check the connection and draw on.";

const HTML = `
<div class="sheet">
  <div class="paper">
    <canvas tabindex="0" role="application" aria-describedby="help" data-label="area" aria-label="Drawing area"></canvas>
    <ol class="boxes" aria-hidden="true"></ol>
    <span class="cursor" hidden></span>
  </div>
  <div class="tools" role="group" data-label="tools">
    <button type="button" class="undo" data-word="undo">Undo</button>
    <button type="button" class="clear" data-word="clear">Clear</button>
  </div>
  <div class="reading">
    <div class="panel"></div>
    <figure class="given"><figcaption data-word="given"></figcaption><div class="images"></div></figure>
  </div>
  <p class="trouble" role="alert" hidden></p>
  <p class="unseen said" role="status"></p>
  <p class="unseen" id="help" data-word="help"></p>
</div>`;

export class DigitPad extends HTMLElement {
  static observedAttributes = ["language", "model"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = HTML;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    const find = (name) => root.querySelector(name);
    Object.assign(this, { version: 0, answered: 0, free: 0, reading: null });
    this.parts = {
      panel: find(".panel"), boxes: find(".boxes"), images: find(".images"), trouble: find(".trouble"), said: find(".said"),
    };
    this.paper = new Paper(find("canvas"), find(".cursor"), () => this.changed());
    find(".undo").addEventListener("click", () => this.undo());
    find(".clear").addEventListener("click", () => this.clear());
    // A browser that was asleep may have let go of what is painted, and of a connection.
    this.wake = () => document.visibilityState === "visible" && this.awake();
  }

  connectedCallback() {
    for (const name of ["pageshow", "online"]) addEventListener(name, this.wake);
    document.addEventListener("visibilitychange", this.wake);
    if (this.getAttribute("keep") !== null && !this.strokes.length) this.paper.replace(this.kept());
    this.load();
  }

  disconnectedCallback() {
    for (const name of ["pageshow", "online"]) removeEventListener(name, this.wake);
    document.removeEventListener("visibilitychange", this.wake);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.load();
  }

  // ---- for the page around it ----

  // Lists of [x, y], on a paper of 400 x 400.
  get strokes() {
    return this.paper.strokes;
  }

  set strokes(strokes) {
    this.paper.replace(strokes);
  }

  clear() {
    this.paper.clear();
  }

  undo() {
    this.paper.undo();
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // ---- what it reads with ----

  async load() {
    const { source } = this;
    const [language, model] = [this.getAttribute("language"), this.getAttribute("model")];
    const load = (this.loading = {});
    try {
      const record = await source.record(language, model);
      if (this.loading !== load) return;
      if (this.record?.model.sha256 !== record.model.sha256) this.reader = undefined;
      this.record = record;
      this.speak(record.pad);
      const reader = this.reader ?? (await source.reader(record));
      if (this.loading !== load) return;
      Object.assign(this, { reader, fault: undefined });
      reader.record = record;
    } catch (error) {
      if (this.loading !== load) return;
      this.fault = error;
      console.warn("Not read here:", error.message);
    }
    this.loaded = performance.now();
    this.answered = -1;
    this.read();
    this.tell("ready", { record: this.record, isHere: Boolean(this.reader), fault: this.fault });
  }

  awake() {
    this.paper.paint();
    if (this.fault) this.load();
  }

  speak(words) {
    for (const each of this.shadowRoot.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
    for (const each of this.shadowRoot.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words[each.dataset.label]);
  }

  // ---- reading ----

  changed() {
    this.version += 1;
    this.keep();
    this.tell("change", { strokes: this.strokes });
    if (this.fault && performance.now() - this.loaded > RETRY_MS && !this.paper.isDrawing) this.load();
    this.read();
  }

  read() {
    if (this.answered === this.version) {
      if (!this.paper.isDrawing) this.say();
      return;
    }
    if (!this.strokes.length) {
      // Whoever cannot be read is told so before drawing.
      if (this.fault && !this.source.canAsk) this.complain(this.fault);
      else this.show(null);
      return;
    }
    // A reading that took long is followed by as much time for the pen.
    const rest = this.free - performance.now();
    if (rest > 0) {
      this.later ??= setTimeout(() => {
        this.later = undefined;
        this.read();
      }, rest);
      return;
    }
    if (!this.reader) {
      this.ask(this.fault);
      return;
    }
    const begun = performance.now();
    try {
      this.show(this.reader.read(thinned(this.strokes), PEN, this.source.canAsk ? MOST_MS : Infinity));
    } catch (error) {
      this.ask(error);
    }
    this.free = 2 * performance.now() - begun;
  }

  // The server reads, where there is one, and the latest drawing only; else a sentence says why nothing is read.
  async ask(fault) {
    const { source, record } = this;
    if (!fault) return; // it is still being loaded
    if (!source.canAsk || !record) {
      this.complain(fault);
      return;
    }
    if (this.isAsking) return;
    this.isAsking = true;
    const asked = this.version;
    try {
      const digits = await source.asked(thinned(this.strokes), record);
      const each = (name) => digits.map((digit) => digit[name]);
      const probabilities = each("probabilities");
      const found = probabilities.map((shares) => shares.indexOf(Math.max(...shares)));
      const read = { digits: found, probabilities, novelties: each("novelty"), boxes: each("box"), pixels: [] };
      if (this.strokes.length) this.show({ ...read, verdict: verdictOf(digits, record.words) }, asked);
    } catch (error) {
      this.complain(error);
    }
    this.isAsking = false;
    if (this.answered !== this.version && this.answered >= asked) this.read();
  }

  // ---- showing ----

  // What was read of a version of the drawing; null of nothing.
  show(read, version = this.version) {
    const { panel, boxes, trouble } = this.parts;
    this.answered = version;
    this.reading = read && { ...read, ...read.verdict };
    trouble.hidden = true;
    if (this.record) {
      const { answer } = this.record;
      const fresh = document.createElement("template");
      fresh.innerHTML = read ? answerOf(read, answer, [SIDE, SIDE]) : answer.nothing;
      const around = fresh.content.querySelector(".boxes");
      around?.remove();
      boxes.replaceChildren(...(around?.children ?? []));
      turnInto(panel, fresh.content);
    }
    this.showImages(read?.pixels ?? []);
    if (!this.paper.isDrawing) this.say();
    if (this.record) this.tell("answer", this.reading);
  }

  showImages(images) {
    const { images: place } = this.parts;
    place.parentElement.classList.toggle("is-empty", !images.length);
    while (place.children.length > Math.max(images.length, 1)) place.lastChild.remove();
    while (place.children.length < Math.max(images.length, 1)) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
      canvas.setAttribute("aria-hidden", "true");
      place.append(canvas);
    }
    [...place.children].forEach((canvas, index) => {
      const picture = new ImageData(28, 28);
      picture.data.forEach((_, at) => (picture.data[at] = at % 4 === 3 ? 255 : (images[index]?.[at >> 2] ?? 0)));
      canvas.getContext("2d").putImageData(picture, 0, 0);
    });
  }

  complain(fault) {
    const { trouble } = this.parts;
    const words = this.record?.pad;
    this.show(null);
    trouble.textContent = words ? (words[`fault_${fault.code}`] ?? words.fault) : FAILED;
    trouble.hidden = false;
  }

  say() {
    const text = this.strokes.length ? (this.parts.panel.querySelector(".answer")?.getAttribute("aria-label") ?? "") : "";
    if (this.parts.said.textContent !== text) this.parts.said.textContent = text;
  }

  // ---- what the tab keeps, so that a reload loses nothing ----

  get keptAs() {
    return `digit-pad-${this.getAttribute("keep")}`;
  }

  keep() {
    if (this.getAttribute("keep") === null) return;
    try {
      sessionStorage.setItem(this.keptAs, JSON.stringify(this.strokes));
    } catch {
      // A browser that keeps nothing: the drawing lives as long as the page.
    }
  }

  kept() {
    try {
      const strokes = JSON.parse(sessionStorage.getItem(this.keptAs) ?? "[]");
      const isPoint = (point) => point.length === 2 && point.every(Number.isFinite);
      return strokes.filter((points) => points.length && points.every(isPoint));
    } catch {
      return [];
    }
  }
}

function thinned(strokes) {
  const every = Math.ceil(strokes.reduce((sum, points) => sum + points.length, 0) / MOST_POINTS);
  return every > 1 ? strokes.map((points) => points.filter((_, index) => index % every === 0)) : strokes;
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

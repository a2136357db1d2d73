// The whole network in one picture: every layer of the model that reads, fed by the pad on the page. What it takes is
// fetched once; then each move of the pen runs the network here, and paints what its layers give.

const PACE = "network-pace";
const LINKS = "network-links";
// While the pen moves, the sum follows no more often than this: nobody reads faster. On a phone it is below the screen.
const PANEL_MS = 250;
const PANEL_BELOW_MS = 750;
// Once nobody has drawn for so long, the strongest maps come first.
const REST_MS = 350;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// Columns narrower than this are shown one below the other.
const NARROWEST = 44;

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".network");
  root.network ??= new Network(root);
  root.network.take(data);
  return () => root.network.leave();
}

class Network {
  constructor(root) {
    const find = (name) => root.querySelector(`.network-${name}`);
    Object.assign(this, { root, list: find("layers"), picture: find("picture"), panel: find("sum"), said: find("said") });
    Object.assign(this, { sentence: find("sentence"), note: find("note"), back: find("back"), next: find("next") });
    Object.assign(this, { step: 0, views: [], strokes: [], painted: 0 });
    this.links = root.querySelector(".network-links input");
    this.paces = [...root.querySelectorAll(".network-pace input")];
    this.links.checked = recall(TAB, LINKS) !== "off";
    for (const pace of this.paces) pace.checked = pace.value === (recall(TAB, PACE) ?? "step");
    this.listen();
  }

  get isWhole() {
    return this.paces[1].checked;
  }

  listen() {
    this.hear = ({ detail }) => this.draw(detail);
    document.addEventListener("mnist-studio-drawn", this.hear);
    for (const pace of this.paces) pace.addEventListener("change", () => this.walk(pace.value));
    this.links.addEventListener("change", () => {
      remember(TAB, LINKS, this.links.checked ? null : "off");
      this.schedule();
    });
    this.back.addEventListener("click", () => this.go(this.step - 1));
    this.next.addEventListener("click", () => this.go(this.step + 1));
    this.picture.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.point(event, false));
    this.picture.addEventListener("click", (event) => this.point(event, true));
    this.picture.addEventListener("keydown", (event) => this.type(event));
    this.picture.addEventListener("focusin", (event) => this.arrive(event));
    new ResizeObserver(() => this.lay()).observe(this.picture.parentElement);
  }

  leave() {
    // Streamlit takes the picture off the page, or only calls again with new data: then it goes on.
    setTimeout(() => this.root.isConnected || document.removeEventListener("mnist-studio-drawn", this.hear), 1000);
  }

  take(data) {
    const isOther = data.graph !== this.data?.graph;
    const speaksAnew = data.language !== this.data?.language;
    this.data = data;
    for (const each of this.root.querySelectorAll("[data-word]")) each.textContent = data.words[each.dataset.word];
    for (const each of this.root.querySelectorAll("[data-label]")) each.setAttribute("aria-label", data.words[each.dataset.label]);
    if (isOther) this.load(data);
    else if (speaksAnew && this.inside) this.build();
  }

  async load(data) {
    this.note.textContent = data.words.loading;
    try {
      const inside = await import(new URL(data.module, document.baseURI).href);
      const response = await fetch(data.graph);
      if (!response.ok) throw new Error(`${data.graph} has status ${response.status}`);
      const network = inside.insideOf(new Uint8Array(await response.arrayBuffer()));
      if (data.graph !== this.data.graph) return;
      this.inside = { ...inside, ...network };
      this.build();
    } catch (error) {
      console.warn("The network cannot be shown:", error);
      this.note.textContent = data.words.trouble;
    }
  }

  // The views of all layers.
  build() {
    const { layers } = this.inside;
    layers.forEach((layer, number) => (layer.isScores = layers[number + 1]?.kind === "softmax"));
    this.sums = new Sums(this.inside, this.data.words, this.data.language);
    this.light = new Light(this.root.querySelector(".network-light"), this.inside);
    this.views = layers.map((layer, number) => this.viewOf(layer, number));
    this.list.replaceChildren(...this.views.map(({ element }) => element));
    this.watch();
    this.step = Math.min(this.step, layers.length - 1);
    this.chosen = undefined;
    const pad = document.querySelector(".pad")?.pad;
    this.draw(pad?.strokes ?? []);
    this.root.dataset.state = "ready";
  }

  // What is not on the screen is not painted.
  watch() {
    this.seen?.disconnect();
    const told = (entries) => {
      for (const { target, isIntersecting } of entries) this.views.find(({ element }) => element === target).isNear = isIntersecting;
      this.schedule();
    };
    this.seen = new IntersectionObserver(told, { rootMargin: "100px" });
    for (const { element } of this.views) this.seen.observe(element);
  }

  viewOf(layer, number) {
    const { words } = this.data;
    const [rows, columns, channels] = layer.shape;
    const isMapped = rows * columns > 1;
    const told = {
      name: this.nameOf(layer),
      short: this.nameOf(layer, words.shorts),
      size: isMapped ? `${rows}×${columns}${channels > 1 ? ` · ${channels}` : ""}` : String(channels),
      more: filledIn(words.more, { count: channels }),
      fewer: words.fewer,
      changed: () => this.lay(),
      written: (value) => (layer.kind === "softmax" ? this.sums.percent(value) : this.sums.number(value)),
    };
    const view = layer.kind === "softmax" || layer.isScores ? new Digits(layer, number, told) : new Maps(layer, number, told);
    const [target, label] = [view.target, filledIn(words.layer, { number, kind: told.name })];
    view.label = label;
    target.tabIndex = 0;
    target.setAttribute("role", "application");
    target.setAttribute("aria-label", `${label}, ${told.size}`);
    target.setAttribute("aria-describedby", "network-help");
    return view;
  }

  nameOf(layer, names = this.data.words.kinds) {
    const kind = layer.isScores ? "scores" : layer.kind;
    const figures = { side: layer.window?.width, units: layer.shape[2] };
    return filledIn(names[kind] ?? this.data.words.kinds[kind], figures);
  }

  // ---- what is drawn ----

  draw(strokes) {
    this.isExample = !strokes.length;
    this.strokes = this.isExample ? this.data.example : strokes;
    this.isDue = true;
    if (this.inside) this.note.textContent = this.isExample ? this.data.words.example : "";
    this.root.classList.add("is-drawing");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), this.painted ? REST_MS : 0);
    this.schedule();
  }

  rest() {
    if (!this.inside || !this.root.isConnected) return;
    this.root.classList.remove("is-drawing");
    this.read();
    const ways = this.light.ways(this.views);
    for (const view of this.views) {
      view.ways = ways[view.number];
      view.sort();
    }
    if (!this.chosen?.isOwn) this.choose();
    this.lay();
  }

  read() {
    if (!this.isDue) return;
    this.isDue = false;
    const widths = this.strokes.map(({ width }) => width).sort((one, other) => one - other);
    const strokes = this.strokes.map(({ points }) => Float32Array.from(points.flatMap(([x, y]) => [x, y])));
    const pixels = this.inside.digitPixels(strokes, widths[widths.length >> 1], this.data.ink);
    this.given = this.inside.look(pixels);
    this.painted += 1;
    this.root.dataset.painted = this.painted;
  }

  // ---- painting ----

  schedule() {
    if (this.isScheduled || !this.inside) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      if (this.root.isConnected) this.paint();
    });
  }

  paint() {
    this.read();
    if (!this.light.corners) this.light.measure(this.views);
    for (const view of this.views) if (view.isNear) view.paint();
    this.light.paint(this.views, this.chosen, this.links.checked, this.isUpright);
    const now = performance.now();
    clearTimeout(this.telling);
    const isDrawing = this.root.classList.contains("is-drawing");
    const pause = this.isUpright ? PANEL_BELOW_MS : PANEL_MS;
    if (!isDrawing || now - (this.told ?? 0) > pause) this.tell();
    else this.telling = setTimeout(() => this.tell(), pause);
  }

  tell() {
    this.told = performance.now();
    if (!this.chosen || !this.root.isConnected) return;
    const { number, place } = this.chosen;
    const { words } = this.data;
    const isNew = this.given.novelty >= this.data.novel;
    const novelty = `${words.novelty} ${this.sums.number(this.given.novelty)}. ${isNew ? words.is_unlike : words.is_like}`;
    const html = this.sums.html(number, place, this.views[number].label, novelty);
    if (html !== this.html) this.panel.innerHTML = this.html = html;
  }

  // Side by side where there is room for it, else one below the other.
  lay() {
    const width = this.picture.clientWidth;
    if (!this.inside || !width) return;
    const column = width / this.views.length;
    this.isUpright = column < NARROWEST;
    this.root.classList.toggle("is-upright", this.isUpright);
    this.root.classList.toggle("is-tight", !this.isUpright && column < 76);
    this.root.classList.toggle("is-whole", this.isWhole);
    const sources = this.inside.layers[this.step].sources;
    for (const { element, number } of this.views) {
      element.classList.toggle("is-later", !this.isWhole && number > this.step);
      element.classList.toggle("is-away", !this.isWhole && number !== this.step && number !== 0 && !sources.includes(number));
      if (number === this.step && !this.isWhole) element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    }
    const side = this.isUpright ? Math.min(112, Math.floor((width - 2 * GAP) / 3) - 1) : Math.min(Math.max(Math.round(column * 0.62), 28), 50);
    const length = this.isUpright ? 120 : FEW * (side + GAP) - GAP;
    for (const view of this.views) {
      // One below the other, what the step looks at is smaller than the step.
      const isBehind = this.isUpright && !this.isWhole && view.number !== this.step;
      const own = isBehind && view.number ? Math.floor((width + GAP) / FEW) - GAP : side;
      view.lay({ side: own, length, isUpright: this.isUpright, width });
    }
    this.light.corners = undefined;
    this.speak();
    this.schedule();
  }

  // The sentence of the step, and where one may go from here.
  speak() {
    const layer = this.inside.layers[this.step];
    const { words } = this.data;
    const kind = layer.isScores ? "scores" : this.step === 1 && layer.kind === "convolution" ? "first" : layer.kind;
    const [rows, columns, count] = layer.shape;
    const before = this.inside.layers[layer.sources[0]]?.shape[2];
    const side = layer.window?.width;
    const text = filledIn(words.deeds[kind], { count, before, side, rows, columns });
    const head = filledIn(words.step, { number: this.step, count: this.views.length - 1, kind: this.nameOf(layer) });
    const sentence = this.isWhole ? words.whole_picture : `${this.step ? head : words.start} ${text}`;
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
    this.back.disabled = this.isWhole || !this.step;
    this.next.disabled = this.isWhole || this.step === this.views.length - 1;
  }

  // ---- walking ----

  walk(pace) {
    remember(TAB, PACE, pace === "whole" ? pace : null);
    this.choose();
    this.lay();
  }

  go(step) {
    this.step = Math.min(Math.max(step, 0), this.views.length - 1);
    this.choose();
    this.lay();
    if (this.isUpright) this.sentence.scrollIntoView({ block: "nearest" });
  }

  // Without the visitor's own choice: where most came through in the step, or the answer.
  choose() {
    const number = this.isWhole ? this.views.length - 1 : this.step;
    this.chosen = { number, place: this.views[number].lead };
  }

  pick(number, place, isFirm) {
    this.chosen = { number, place, isOwn: true, isFirm };
    if (isFirm && number > this.step && !this.isWhole) {
      this.step = number;
      this.lay();
    }
    this.schedule();
  }

  // ---- pointing, tapping and keys ----

  viewAt(event) {
    return this.views.find(({ target }) => target.contains(event.target));
  }

  point(event, isFirm) {
    const view = this.viewAt(event);
    const place = view?.hit(event);
    if (!place || (this.chosen?.isFirm && !isFirm)) return;
    const { chosen } = this;
    const isSame = chosen?.isFirm && chosen.number === view.number && JSON.stringify(chosen.place) === JSON.stringify(place);
    if (isFirm && isSame) this.letGo();
    else this.pick(view.number, place, isFirm);
    if (isFirm) this.say();
  }

  letGo() {
    this.choose();
    this.schedule();
  }

  arrive(event) {
    const view = this.viewAt(event);
    if (!view || this.chosen?.number === view.number || !view.target.matches(":focus-visible")) return;
    this.pick(view.number, view.lead, true);
    this.say();
  }

  type(event) {
    const view = this.viewAt(event);
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.letGo();
    else if (event.key in ARROWS) {
      const from = this.chosen?.number === view.number ? this.chosen.place : view.lead;
      this.pick(view.number, view.step(from, ARROWS[event.key], event.shiftKey), true);
      this.say();
    } else return;
    event.preventDefault();
  }

  say() {
    const { number, place } = this.chosen;
    const layer = this.inside.layers[number];
    const value = this.inside.valueAt(layer, place.row, place.column, place.channel);
    this.said.textContent = `${this.sums.placeName(layer, place)}: ${this.views[number].told.written?.(value) ?? this.sums.number(value)}`;
  }
}

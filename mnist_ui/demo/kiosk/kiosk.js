// The demo's bar. It also watches whether anybody is there, whether Escape is pressed, and where the page's files come
// from: all of that in the browser, so that no rerun disturbs it.

const CHECK_EVERY_MS = 1000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel"];

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".kiosk");
  root.kiosk ??= new Kiosk(root);
  root.kiosk.take(data, setTriggerValue);
}

class Kiosk {
  constructor(root) {
    const find = (name) => root.querySelector(`.kiosk-${name}`);
    Object.assign(this, { root, places: find("places"), offline: find("offline"), state: find("state") });
    this.list = this.offline.querySelector("ul");
    this.foreign = new Set();
    this.isTouched = false;
    this.ending = new AbortController();
    const { signal } = this.ending;
    for (const name of SIGNS_OF_LIFE) addEventListener(name, () => this.touch(), { capture: true, passive: true, signal });
    document.addEventListener("keydown", (event) => this.type(event), { signal });
    document.addEventListener("pointerdown", (event) => this.offline.contains(event.target) || this.close(), { signal });
    find("full").addEventListener("click", () => this.fill());
    find("full").hidden = !document.fullscreenEnabled;
    find("leave").addEventListener("click", () => this.tell("leave"));
    this.watchFiles();
    this.ticking = setInterval(() => this.tick(), CHECK_EVERY_MS);
  }

  take(data, setTriggerValue) {
    const { words, places, here } = data;
    Object.assign(this, { data, setTriggerValue });
    for (const each of this.root.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word];
    this.root.setAttribute("aria-label", words.bar);
    this.places.setAttribute("aria-label", words.places);
    this.places.replaceChildren(...places.map((place) => this.button(place, here)));
    this.showChecks();
  }

  tell(what) {
    document.dispatchEvent(new Event("mnist-studio-leaves")); // the pad then says nothing more
    this.setTriggerValue("told", what);
  }

  button({ path, name }, here) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    if (path === here) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => path === here || this.tell(path));
    return button;
  }

  // ---- whether it works without internet ----

  watchFiles() {
    if (typeof PerformanceObserver === "undefined") return;
    this.files = new PerformanceObserver((list) => {
      const before = this.foreign.size;
      for (const { name } of list.getEntries()) {
        const url = new URL(name, location.href);
        if (url.protocol.startsWith("http") && url.origin !== location.origin) this.foreign.add(url.host);
      }
      if (this.foreign.size !== before) this.showChecks();
    });
    this.files.observe({ type: "resource", buffered: true });
  }

  showChecks() {
    if (!this.data) return;
    const { checks, words } = this.data;
    const hosts = [...this.foreign].join(", ");
    const pages = { name: words.pages, says: hosts ? words.foreign.replace("{hosts}", hosts) : words.own, is_ready: !hosts };
    const all = [...checks, pages];
    const isReady = all.every((each) => each.is_ready);
    this.state.textContent = isReady ? words.ready : words.unready;
    this.offline.classList.toggle("is-missing", !isReady);
    this.list.replaceChildren(...all.map(item));
  }

  close() {
    this.offline.open = false;
  }

  // ---- the screen, and the way out ----

  fill() {
    const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    change.catch((error) => console.warn("No full screen:", error));
  }

  type(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (this.offline.open) this.close();
    else if (!document.querySelector("[role=dialog], [role=menu], [role=listbox]")) this.tell("leave");
  }

  // ---- whether anybody is there ----

  touch() {
    this.isTouched = true;
    this.last = performance.now();
  }

  tick() {
    if (!this.root.isConnected) {
      clearInterval(this.ticking);
      this.ending.abort();
      this.files?.disconnect();
    } else if (this.isTouched && performance.now() - this.last >= this.data.idle_s * 1000) {
      this.isTouched = false;
      this.close();
      this.tell("idle");
    }
  }
}

function item({ name, says, is_ready: isReady }) {
  const li = document.createElement("li");
  li.classList.toggle("is-missing", !isReady);
  const strong = Object.assign(document.createElement("strong"), { textContent: name });
  li.append(strong, ` ${says}`);
  return li;
}

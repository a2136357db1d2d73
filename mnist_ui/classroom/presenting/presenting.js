// The class on a projector: the page without what is around it, on the whole screen where the browser allows that, and
// a timer that goes on while Streamlit brings new digits.

const FILLS = "is-presenting";
const LONGEST_MIN = 60;

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".presenting");
  root.presenting ??= new Presenting(root, data.minutes);
  root.presenting.speak(data.words);
  return () => root.presenting.leave();
}

class Presenting {
  constructor(root, minutes) {
    const find = (name) => root.querySelector(`.presenting-${name}`);
    Object.assign(this, { root, seconds: minutes * 60, fill: find("fill"), time: find("time"), less: find("less") });
    Object.assign(this, { more: find("more"), run: find("run"), over: find("over"), group: find("timer") });
    this.fill.addEventListener("click", () => this.toggle(!this.fills));
    this.less.addEventListener("click", () => this.set(this.left() - 60));
    this.more.addEventListener("click", () => this.set(this.left() + 60));
    this.run.addEventListener("click", () => (this.ends ? this.stop() : this.start()));
    // Who leaves the full screen by the browser's own key leaves the view as well.
    this.followed = () => document.fullscreenElement || this.toggle(false);
    document.addEventListener("fullscreenchange", this.followed);
    // Where the browser refused, that key is ours; what is open on the page has it first.
    this.pressed = ({ key, defaultPrevented }) => {
      if (key === "Escape" && this.fills && !defaultPrevented && !document.fullscreenElement) this.toggle(false);
    };
    document.addEventListener("keydown", this.pressed);
  }

  get fills() {
    return document.documentElement.classList.contains(FILLS);
  }

  speak(words) {
    this.words = words;
    this.group.setAttribute("aria-label", words.timer);
    this.less.setAttribute("aria-label", words.less);
    this.more.setAttribute("aria-label", words.more);
    this.paint();
  }

  toggle(isOn) {
    document.documentElement.classList.toggle(FILLS, isOn);
    // A browser may refuse; the page then fills its window.
    if (isOn) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    this.paint();
  }

  left() {
    return this.ends ? Math.max(0, Math.ceil((this.ends - performance.now()) / 1000)) : this.seconds;
  }

  set(seconds) {
    this.seconds = Math.min(LONGEST_MIN * 60, Math.max(0, seconds));
    if (this.ends) this.start();
    this.over.textContent = "";
    this.paint();
  }

  start() {
    if (!this.seconds) return;
    this.over.textContent = "";
    this.ends = performance.now() + this.seconds * 1000;
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), 200);
    this.paint();
  }

  stop() {
    this.seconds = this.left();
    this.ends = undefined;
    clearInterval(this.ticking);
    this.paint();
  }

  tick() {
    if (!this.left()) {
      this.stop();
      this.over.textContent = this.words.over;
    }
    this.paint();
  }

  paint() {
    const seconds = this.left();
    this.time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.fill.textContent = this.fills ? this.words.leave : this.words.present;
    this.run.textContent = this.ends ? this.words.stop : this.words.start;
  }

  leave() {
    // Streamlit takes it off the page, or only calls again with new words: then it goes on.
    setTimeout(() => {
      if (this.root.isConnected) return;
      clearInterval(this.ticking);
      document.removeEventListener("fullscreenchange", this.followed);
      document.removeEventListener("keydown", this.pressed);
      if (this.fills) this.toggle(false);
    }, 1000);
  }
}

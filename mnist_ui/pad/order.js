// The running order: examples that the pad draws one after the other while nobody else does.

const BETWEEN_EXAMPLES_S = 1;

class Order {
  constructor(pad, { group, play, next, caption }) {
    Object.assign(this, { pad, group, play, caption, examples: [], at: 0, isOn: true, isShowing: false });
    play.addEventListener("click", () => this.toggle());
    next.addEventListener("click", () => this.show());
  }

  // Python says what the examples are, and after how many seconds without a visitor they begin.
  take({ order = [], order_after_s: afterS }, words) {
    const isFirst = order.length && !this.examples.length;
    Object.assign(this, { examples: order, afterS, words });
    this.group.hidden = !order.length;
    if (!order.length) this.leave();
    else if (isFirst) this.wait(afterS / 2);
    this.name();
  }

  name() {
    if (!this.words) return;
    this.play.textContent = this.isOn ? this.words.pause : this.words.play;
    const example = this.examples[this.at];
    this.caption.hidden = !this.isShowing || !example;
    if (!this.caption.hidden) this.caption.textContent = example.caption;
  }

  wait(seconds) {
    clearTimeout(this.timer);
    if (this.isOn && this.examples.length) this.timer = setTimeout(() => this.go(), seconds * 1000);
  }

  // What a visitor has drawn stays until it is cleared.
  go() {
    if (this.pad.current || (this.pad.strokes.length && !this.isShowing)) this.wait(this.afterS);
    else this.show();
  }

  show() {
    const { pad } = this;
    clearTimeout(this.timer);
    if (!pad.root.isConnected || !this.examples.length) return;
    this.at = this.isBegun ? (this.at + 1) % this.examples.length : 0;
    this.isBegun = this.isShowing = true;
    this.name();
    pad.replay(this.examples[this.at].strokes);
  }

  toggle() {
    this.isOn = !this.isOn;
    clearTimeout(this.timer);
    this.pad.clearing.stop();
    if (this.isOn) this.go();
    this.name();
  }

  // The paper is empty again: after an example the next one comes soon, after a visitor's drawing later.
  cleared() {
    this.wait(this.isShowing ? BETWEEN_EXAMPLES_S : this.afterS);
    this.leave();
  }

  // Somebody draws: the example goes at once.
  giveWay() {
    clearTimeout(this.timer);
    if (this.isShowing) {
      this.pad.running = null;
      this.leave();
      this.pad.replace([]);
    }
    this.wait(this.afterS);
  }

  restart() {
    this.isOn = true;
    this.giveWay();
  }

  leave() {
    this.isShowing = false;
    this.name();
  }
}

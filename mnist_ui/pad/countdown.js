// A thin bar that runs out. What happens then is up to whoever starts it.

class Countdown {
  constructor(bar, over) {
    Object.assign(this, { bar, over, isOn: false });
  }

  start(seconds) {
    this.stop();
    this.isOn = true;
    this.bar.style.setProperty("--for", `${seconds}s`);
    this.bar.style.setProperty("--steps", Math.ceil(seconds));
    void this.bar.offsetWidth; // so that the bar begins anew
    this.bar.hidden = false;
    this.timer = setTimeout(() => {
      this.stop();
      this.over();
    }, seconds * 1000);
  }

  stop() {
    clearTimeout(this.timer);
    this.isOn = false;
    this.bar.hidden = true;
  }
}

// The curve: the share of held-out digits that is read right, by the seconds of training. The attempt before stays in sight.
const LEAST_S = 10;
const GUESSING = 0.1;
const GOOD = 0.95;
const EDGE = { left: 46, right: 12, top: 10, bottom: 26 };

class Course {
  constructor(canvas) {
    Object.assign(this, { canvas, points: [], before: [], words: {} });
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  restart() {
    if (this.points.length > 2) this.before = this.points;
    this.points = [];
    this.paint();
  }

  add(seconds, share) {
    this.points.push([seconds, share]);
    this.paint();
  }

  paint() {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width) return;
    const scale = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const style = getComputedStyle(canvas);
    context.font = `12px ${style.fontFamily}`;
    context.fillStyle = context.strokeStyle = style.color;
    const last = Math.max(LEAST_S, ...[...this.points, ...this.before].map(([seconds]) => seconds));
    const x = (seconds) => EDGE.left + (seconds / last) * (width - EDGE.left - EDGE.right);
    const y = (share) => height - EDGE.bottom - share * (height - EDGE.top - EDGE.bottom);
    this.paintScale(context, { x, y, width, height, last });
    context.globalAlpha = 0.35;
    this.paintLine(context, this.before, x, y, style.color);
    context.globalAlpha = 1;
    this.paintLine(context, this.points, x, y, "#1c83e1");
  }

  paintScale(context, { x, y, width, height, last }) {
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const share of [0, GUESSING, 0.5, GOOD]) {
      context.globalAlpha = share === GOOD ? 0.6 : 0.25;
      context.setLineDash(share === GUESSING ? [4, 4] : []);
      context.beginPath();
      context.moveTo(EDGE.left, y(share));
      context.lineTo(width - EDGE.right, y(share));
      context.stroke();
      context.globalAlpha = 0.85;
      context.fillText(this.percent?.(share) ?? "", EDGE.left - 6, y(share));
    }
    context.setLineDash([]);
    context.textBaseline = "bottom";
    const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].find((each) => last / each <= 6) ?? 3600;
    for (let seconds = step; seconds <= last; seconds += step) {
      context.textAlign = x(seconds) > width - 30 ? "right" : "center";
      context.fillText(this.seconds?.(seconds) ?? "", x(seconds), height - 4);
    }
    context.globalAlpha = 1;
  }

  paintLine(context, points, x, y, colour) {
    if (!points.length) return;
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2.5;
    context.lineJoin = "round";
    context.beginPath();
    points.forEach(([seconds, share], at) => context[at ? "lineTo" : "moveTo"](x(seconds), y(share)));
    context.stroke();
    const [seconds, share] = points.at(-1);
    context.beginPath();
    context.arc(x(seconds), y(share), 4, 0, 2 * Math.PI);
    context.fill();
  }
}

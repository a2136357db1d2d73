// What lights up over the picture: what a place looks at in every layer before it, and the ways by which most came to it.

// Of each place so many contributions are followed back, and in each layer so many places.
const FOLLOWED = 3;
const PLACES = 4;
// A picture of more pixels down has one for each of the page's, so that it is quick to clear.
const TALL = 1500;

class Light {
  constructor(canvas, inside) {
    Object.assign(this, { canvas, inside, context: canvas.getContext("2d") });
  }

  // Where everything is, once for as long as nothing moves: to ask the browser each time would take longer than to paint.
  measure(views) {
    const { canvas } = this;
    const { width, height, left, top } = canvas.getBoundingClientRect();
    const scale = height > TALL ? 1 : Math.min(devicePixelRatio, 2);
    Object.assign(this, { width, height, scale });
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    this.corners = views.map((view) => {
      if (!view.isShown) return undefined;
      view.measure?.();
      const box = view.target.getBoundingClientRect();
      return { x: box.left - left, y: box.top - top };
    });
  }

  paint(views, chosen, hasLinks, isUpright) {
    const { context, scale, width, height } = this;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!chosen) return;
    const placed = (view, place) => {
      const corner = this.corners[view.number];
      const inner = corner && view.rectangle(place);
      return inner && { ...inner, x: inner.x + corner.x, y: inner.y + corner.y };
    };
    if (hasLinks) this.links(views, chosen, placed, isUpright);
    this.fields(views, chosen, placed);
  }

  fields(views, { number, place }, placed) {
    const { layers } = this.inside;
    const fields = this.inside.fieldsOf(layers, number, place);
    const alike = ["depthwise", "strongest", "average", "mean", "sum"].includes(layers[number].kind);
    fields.forEach((field, at) => {
      if (!field || layers[number].kind === "softmax" && at !== number && at !== 0) return;
      const view = views[at];
      const isNext = layers[number].sources.includes(at);
      const isMapped = layers[at].shape[0] * layers[at].shape[1] > 1;
      if (at !== number && !isMapped) return;
      const channels = at === number || (isNext && alike) ? [place.channel] : view.shown;
      for (const channel of channels) {
        const rectangle = placed(view, { channel, ...field });
        if (rectangle) this.frame(rectangle, at === number || isNext || at === 0);
      }
    });
  }

  frame({ x, y, width, height }, isStrong) {
    const { context } = this;
    const [left, top, across, down] = [x - 1, y - 1, Math.max(width, 3) + 2, Math.max(height, 3) + 2];
    context.globalAlpha = isStrong ? 1 : 0.4;
    context.lineWidth = isStrong ? 4 : 2;
    context.strokeStyle = "#000";
    context.strokeRect(left, top, across, down);
    context.lineWidth = isStrong ? 2 : 1;
    context.strokeStyle = FRAME;
    context.strokeRect(left, top, across, down);
    context.globalAlpha = 1;
  }

  // The thickest come last, so that they lie on top.
  links(views, chosen, placed, isUpright) {
    const lines = this.trail(views, chosen, (view) => view.shown).sort((one, other) => one.weight - other.weight);
    for (const { from, to, weight, isFor } of lines) {
      const whole = (number, channel) => {
        const [bottom, right] = this.inside.layers[number].shape;
        return placed(views[number], { channel, top: 0, left: 0, bottom, right });
      };
      const [start, end] = [whole(from.number, from.place.channel), whole(to.number, to.place.channel)];
      if (start && end) this.line(start, end, weight, isFor, isUpright);
    }
  }

  line(start, end, share, isFor, isUpright) {
    const { context } = this;
    const weight = Math.sqrt(share); // else all but the thickest would be hairs
    const [x, y, toX, toY] = isUpright
      ? [start.x + start.width / 2, start.y + start.height, end.x + end.width / 2, end.y]
      : [start.x + start.width, start.y + start.height / 2, end.x, end.y + end.height / 2];
    const [bendX, bendY] = isUpright ? [0, (toY - y) / 2] : [(toX - x) / 2, 0];
    context.globalAlpha = 0.3 + 0.6 * weight;
    context.lineWidth = 1 + 3.5 * weight;
    context.strokeStyle = isFor ? LINE_FOR : LINE_AGAINST;
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x + bendX, y + bendY, toX - bendX, toY - bendY, toX, toY);
    context.stroke();
    context.globalAlpha = 1;
  }

  // Lines from places to those that they contribute to, from the chosen one back to the drawing. `among` gives the
  // channels of a view that count; without it all do.
  trail(views, { number, place }, among) {
    const { layers } = this.inside;
    const [lines, reached] = [[], views.map(() => new Map())];
    reached[number].set(place.channel, { place, weight: 1 });
    for (let at = number; at > 0; at -= 1) {
      const places = [...reached[at].values()].sort((one, other) => other.weight - one.weight).slice(0, PLACES);
      for (const to of places) {
        for (const { source, ...from } of this.contributions(views, at, to.place, among)) {
          const weight = to.weight * from.share;
          lines.push({ from: { number: source, place: from.place }, to: { number: at, place: to.place }, weight, isFor: from.isFor });
          const known = reached[source].get(from.place.channel);
          if (!known || known.weight < weight) reached[source].set(from.place.channel, { place: from.place, weight });
        }
      }
    }
    return lines;
  }

  // The places of each layer by which most came to the answer, the one with most first.
  ways(views) {
    const number = views.length - 1;
    const answer = { row: 0, column: 0, channel: views[number].strongest().channel };
    const ways = views.map(() => []);
    ways[number].push(answer);
    const lines = this.trail(views, { number, place: answer }).sort((one, other) => other.weight - one.weight);
    for (const { from } of lines) {
      if (!ways[from.number].some(({ channel }) => channel === from.place.channel)) ways[from.number].push(from.place);
    }
    return ways;
  }

  contributions(views, at, place, among) {
    const { layers, sumOf } = this.inside;
    if (layers[at].kind === "softmax") return [{ source: layers[at].sources[0], place, share: 1, isFor: true }];
    const { terms } = sumOf(layers, at, place);
    const counted = among && new Map(layers[at].sources.map((source) => [source, new Set(among(views[source]))]));
    const most = Math.abs(terms[0].total);
    const counts = ({ source, channel, total }) => total && (!counted || counted.get(source).has(channel));
    const few = terms.filter(counts).slice(0, FOLLOWED);
    return few.map(({ source, channel, top, left, width, products, total }) => {
      let best = 0;
      products.forEach((product, each) => (Math.abs(product) > Math.abs(products[best] || 0) ? (best = each) : 0));
      const from = { channel, row: top + Math.floor(best / width), column: left + (best % width) };
      return { source, place: from, share: Math.abs(total) / most, isFor: total > 0 };
    });
  }
}

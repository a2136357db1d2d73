// How a number came about, as HTML: patches and weights number by number, what is added, and what is done to the sum.

// So many channels are shown whole, and so many of a list's numbers; the rest is one number.
const WHOLE_TERMS = 3;
const LISTED_TERMS = 8;
// A window with more numbers is shown in colours alone.
const MOST_NUMBERS_SHOWN = 49;

class Sums {
  constructor(inside, words, language) {
    Object.assign(this, { inside, words });
    const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    this.plain = new Intl.NumberFormat(language, two);
    this.small = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
    this.share = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }

  number(value) {
    const isSmall = value && Math.abs(value) < 0.005;
    return (isSmall ? this.small : this.plain).format(value).replace("-", "−");
  }

  percent(value) {
    const [least, most] = [0.0005, 0.9995];
    if (value > 0 && value < least) return `< ${this.share.format(0.001)}`;
    return value >= most ? `> ${this.share.format(0.999)}` : this.share.format(value);
  }

  // What the number of a place is called.
  placeName(layer, { channel, row, column }) {
    const { words } = this;
    if (layer.kind === "softmax" || layer.isScores) return filledIn(words.digit, { digit: channel });
    if (layer.kind === "image") return filledIn(words.pixel, { row: row + 1, column: column + 1 });
    if (layer.shape[0] * layer.shape[1] === 1) return filledIn(layer.isFeatures ? words.feature : words.item, { number: channel + 1 });
    return filledIn(words.place, { map: channel + 1, row: row + 1, column: column + 1 });
  }

  html(number, place, title, novelty) {
    const layer = this.inside.layers[number];
    const head = `<h2><strong>${title}</strong> ${this.placeName(layer, place)}</h2>`;
    if (layer.kind === "image") return head + this.pixel(layer, place);
    if (layer.kind === "softmax") return head + this.shares(number, place, novelty);
    return head + this.sum(layer, this.inside.sumOf(this.inside.layers, number, place));
  }

  pixel(layer, { row, column }) {
    const value = this.inside.valueAt(layer, row, column, 0);
    return `<p>${filledIn(this.words.ink_of_pixel, { value: this.number(value), shade: Math.round(255 * value) })}</p>`;
  }

  sum(layer, sum) {
    const { terms, offset } = sum;
    const isSingle = terms.every(({ values }) => values.length === 1);
    const parts = layer.kind === "sum" || (isSingle && layer.weights) ? this.listed(layer, terms) : this.figures(layer, terms);
    const added = layer.offsets ? [this.sign(offset, this.words.offset)] : [];
    // What is done to the sum stands between it and the number that the network has.
    const done = sum.steps.map((step) => this.step(step));
    const between = sum.steps.length ? [this.equals, this.result(sum.sum, this.words.sum), ...done.slice(0, -1)] : [];
    const notes = [];
    if (layer.isNormalised && layer.weights) notes.push(this.words.normalised);
    if (layer.isTempered) notes.push(this.words.tempered);
    if (terms.length > 1) notes.push(this.words.colours);
    const last = sum.steps.length ? this.operation(sum.steps.at(-1)) : this.equals;
    return (
      `<div class="network-terms">${[...parts, ...added, ...between].join("")}<span class="network-added">${last}` +
      `${this.final(sum.value)}</span></div>${notes.map((note) => `<p class="network-remark">${note}</p>`).join("")}`
    );
  }

  // Channels as patch times weights, those that contribute most first.
  figures(layer, terms) {
    const [shown, rest] = [terms.slice(0, WHOLE_TERMS), terms.slice(WHOLE_TERMS)];
    const [mostValue, mostWeight] = [greatest(shown.map(({ values }) => values)), greatest(shown.map(({ weights }) => weights ?? []))];
    const parts = shown.map((term, index) => this.figure(layer, term, { mostValue, mostWeight, isFirst: !index }));
    return [...parts, ...this.rest(rest)];
  }

  figure(layer, term, { mostValue, mostWeight, isFirst }) {
    const source = this.inside.layers[term.source];
    const isInk = source.kind === "image";
    const mark = layer.kind === "strongest" ? term.values.indexOf(term.total) : -1;
    const name = isInk ? this.words.ink : filledIn(this.words.of_map, { map: term.channel + 1 });
    const patch = this.grid(term, term.values, isInk ? 1 : mostValue, name, isInk, mark);
    const plus = isFirst ? "" : '<span class="network-sign">+</span>';
    if (!term.weights) return `${patch}<span class="network-sign">→</span><small>${this.words[layer.kind]}</small>`;
    const weights = this.grid(term, term.weights, mostWeight, this.words.weights);
    return `<span class="network-term">${plus}${patch}<span class="network-sign">×</span>${weights}${this.result(term.total, "", "=")}</span>`;
  }

  grid({ width }, values, most, name, isInk = false, mark = -1) {
    const isWritten = values.length <= MOST_NUMBERS_SHOWN;
    const cells = Array.from(values, (value, at) => {
      if (Number.isNaN(value)) return `<td class="is-beyond" title="${this.words.beyond}">·</td>`;
      const [background, ink] = colours(value, most, isInk);
      const marked = at === mark ? ' class="is-greatest"' : "";
      return `<td${marked} style="background:${background};color:${ink}">${isWritten ? this.short(value) : ""}</td>`;
    });
    const rows = Array.from({ length: values.length / width }, (_, row) => `<tr>${cells.slice(row * width, (row + 1) * width).join("")}</tr>`);
    return `<figure><table class="network-grid" aria-label="${name}">${rows.join("")}</table><figcaption>${name}</figcaption></figure>`;
  }

  // As in a cell, where there is room for two places and no more.
  short(value) {
    return this.plain.format(Math.abs(value) < 0.005 ? 0 : value).replace("-", "−");
  }

  // Numbers of a list, each times its weight.
  listed(layer, terms) {
    const [shown, rest] = [terms.slice(0, LISTED_TERMS), terms.slice(LISTED_TERMS)];
    const most = greatest([shown.map(({ total }) => total)]);
    const rows = shown.map(({ source, channel, values, weights, total }) => {
      const from = this.inside.layers[source];
      const name = layer.kind === "sum" ? this.fromLayer(source, channel) : this.placeName(from, { channel, row: 0, column: 0 });
      const product = weights ? `${this.number(values[0])} × ${this.number(weights[0])}` : "";
      const side = total < 0 ? " is-against" : "";
      return (
        `<tr><th scope="row">${name}</th><td>${product}</td><td><span class="network-bar-of${side}" style="--share:${Math.abs(total) / (most || 1)}"></span></td>` +
        `<td>${this.number(total)}</td></tr>`
      );
    });
    return [`<table class="network-list" aria-label="${this.words.sum}">${rows.join("")}</table>`, ...this.rest(rest)];
  }

  fromLayer(source, channel) {
    return filledIn(this.words.map_of_layer, { layer: source, map: channel + 1 });
  }

  rest(terms) {
    if (!terms.length) return [];
    const total = terms.reduce((sum, each) => sum + each.total, 0);
    return [this.sign(total, filledIn(this.words.others, { count: terms.length }))];
  }

  sign(value, name) {
    return `<span class="network-added"><span class="network-sign">${value < 0 ? "−" : "+"}</span>${this.result(Math.abs(value), name)}</span>`;
  }

  result(value, name, sign = "") {
    const caption = name ? `<small>${name}</small>` : "";
    return `<span class="network-result">${sign ? `<span class="network-sign">${sign}</span>` : ""}<b>${this.number(value)}</b>${caption}</span>`;
  }

  step(step) {
    return `${this.operation(step)}${this.result(step.value, "")}`;
  }

  operation({ kind, by }) {
    const name = by === undefined ? this.words[kind] : `${this.words[kind]} ${this.number(by)}`;
    return `<span class="network-sign">→</span><small>${name}</small><span class="network-sign">→</span>`;
  }

  get equals() {
    return '<span class="network-sign">=</span>';
  }

  final(value) {
    return `<b class="network-final" data-value="${value}">${this.number(value)}</b>`;
  }

  shares(number, { channel }, novelty) {
    const { words } = this;
    const layer = this.inside.layers[number];
    const shares = this.inside.sharesOf(this.inside.layers, number);
    const isTempered = layer.temperature !== undefined;
    const rows = shares.map(({ score, divided, power, share }, digit) => {
      const cells = [this.number(score), ...(isTempered ? [this.number(divided)] : []), this.power(power), this.percent(share)];
      const mark = digit === channel ? ' class="is-answer"' : "";
      return `<tr${mark}><th scope="row">${digit}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    });
    const whole = this.power(shares.reduce((sum, { power }) => sum + power, 0));
    const names = [words.digit_head, words.score, ...(isTempered ? [`÷ ${this.number(layer.temperature)}`] : []), "e<sup>x</sup>", words.share];
    const head = names.map((name) => `<th scope="col">${name}</th>`).join("");
    const foot = `<tr><th scope="row">${words.sum}</th>${isTempered ? "<td></td>" : ""}<td></td><td>${whole}</td><td>${this.share.format(1)}</td></tr>`;
    const said = [isTempered && filledIn(words.temperature, { temperature: this.number(layer.temperature) }), novelty].filter(Boolean);
    return (
      `<table class="network-shares"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody><tfoot>${foot}</tfoot></table>` +
      said.map((each) => `<p class="network-remark">${each}</p>`).join("") +
      `<span class="network-final" data-value="${layer.values[channel]}"></span>`
    );
  }

  power(value) {
    if (value >= 1e6 || (value && value < 0.01)) {
      const exponent = Math.floor(Math.log10(value));
      return `${this.plain.format(value / 10 ** exponent)} × 10<sup>${String(exponent).replace("-", "−")}</sup>`;
    }
    return this.number(value);
  }
}

function greatest(lists) {
  let most = 0;
  for (const list of lists) for (const value of list) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

// A text with something in the place of each name in braces.
function filledIn(text, figures) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
}

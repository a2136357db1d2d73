// One step, laid open: the batch, the gradients of a filter, and what each of its weights did.
const SIDE_OF_DIGIT = 28;

class StepView {
  constructor(root) {
    const find = (name) => root.querySelector(`.learner-${name}`);
    Object.assign(this, { root: find("step"), looked: find("looked"), batch: find("batch"), which: find("which") });
    Object.assign(this, { sums: find("sums"), moved: find("moved"), filter: 0 });
    this.which.addEventListener("change", ({ target }) => {
      this.filter = Number(target.value);
      this.showSums();
    });
  }

  hide() {
    this.root.hidden = true;
  }

  show(step, words, figure) {
    Object.assign(this, { step, words, figure });
    const right = step.answers.filter((answer, at) => answer === step.labels[at]).length;
    this.looked.textContent = filled(words.step_looked, { count: step.labels.length, right, loss: figure(step.lossBefore, 2) });
    this.batch.replaceChildren(...step.images.map((image, at) => this.digit(image, step.labels[at], step.answers[at])));
    if (this.filter >= step.filters) this.filter = 0;
    const filters = Array.from({ length: step.filters }, (_, at) => choice("learner-which", at, at + 1, at === this.filter));
    this.which.querySelector("div").replaceChildren(...filters);
    this.showSums();
    this.moved.textContent = filled(words.step_moved, {
      count: figure(step.count), mean: figure(step.mean, 5), most: figure(step.most, 4), loss: figure(step.loss, 2),
    });
    this.root.hidden = false;
  }

  // A digit of the batch, and under it what it was taken for.
  digit(image, label, answer) {
    const canvas = tag("canvas", { width: SIDE_OF_DIGIT, height: SIDE_OF_DIGIT });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(SIDE_OF_DIGIT, SIDE_OF_DIGIT);
    image.forEach((shade, at) => pixels.data.set([shade, shade, shade, 255], 4 * at));
    context.putImageData(pixels, 0, 0);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", filled(this.words.step_digit, { label }));
    const item = tag("li", { className: answer === label ? "is-right" : "is-wrong" });
    item.append(canvas, tag("span", { textContent: answer === label ? answer : filled(this.words.step_wrong, { answer, label }) }));
    return item;
  }

  // Before, gradient, step and after, number by number.
  showSums() {
    const { before, gradients, steps, after, stride } = this.step;
    const rows = [["step_before", before, ""], ["step_slope", gradients, "–"], ["step_taken", steps, "+"], ["step_after", after, "="]];
    const largest = (values) => Math.max(...values.map(Math.abs));
    const weights = Math.max(largest(before), largest(after));
    this.sums.replaceChildren(
      ...rows.map(([word, values]) => {
        const most = values === before || values === after ? weights : largest(values);
        return this.square(this.words[word], values.subarray(this.filter * stride, (this.filter + 1) * stride), most);
      }),
    );
  }

  square(title, values, most) {
    const side = this.kernel;
    const figure = tag("figure");
    const table = tag("table");
    for (let row = 0; row < side; row += 1) {
      const line = table.insertRow();
      for (let column = 0; column < side; column += 1) {
        const value = values[row * side + column];
        const cell = line.insertCell();
        const colour = colourOf(value, most);
        cell.textContent = this.figure(value, 2 + (most < 0.1) + (most < 0.01));
        cell.style.cssText = `background: rgb(${colour}); color: ${inkOn(colour)}`;
      }
    }
    figure.append(tag("figcaption", { textContent: title }), table);
    return figure;
  }
}

// A text with its figures.
function filled(text, figures) {
  return text.replace(/\{(\w+)\}/g, (all, name) => figures[name] ?? all);
}

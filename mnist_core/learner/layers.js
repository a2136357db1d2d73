// The layers of the network that learns: each reads what the one before gives, and passes back what the error would gain.
// Numbers of a picture lie row by row, and those of all maps at one place beside each other, as in Keras.
import { upTo } from "./memory.js";

// So many numbers have weights and patches of a convolution, and so many places its results.
function sizes(side, channels, filters, kernel) {
  const out = side - kernel + 1;
  return { out, places: out * out, rows: upTo(out * out, 2), length: upTo(kernel * kernel * channels, 4) };
}

// Weights, their gradients and the steps that they took last: the first `used` of the `length` numbers of the first `filled`
// of the `rows`. The others stay 0.
class Weights {
  constructor(memory, rows, length, used, filled = rows) {
    Object.assign(this, { rows, length, used, filled });
    this.values = memory.take(rows * length);
    this.gradients = memory.take(rows * length);
    this.steps = new Float32Array(rows * length);
  }

  // Evenly within the limit of Glorot and Bengio (2010), as Keras begins.
  fill(random, inputs, outputs) {
    const limit = Math.sqrt(6 / (inputs + outputs));
    for (let row = 0; row < this.filled; row += 1) {
      for (let at = 0; at < this.used; at += 1) this.values[row * this.length + at] = (2 * random() - 1) * limit;
    }
  }

  // A step downhill, and most of the last one again.
  move(rate, momentum) {
    const { values, gradients, steps } = this;
    for (let at = 0; at < values.length; at += 1) {
      steps[at] = momentum * steps[at] - rate * gradients[at];
      values[at] += steps[at];
    }
  }
}

export class Convolution {
  static room(side, channels, filters, kernel) {
    const { rows, length } = sizes(side, channels, filters, kernel);
    return 3 * filters * length + 2 * filters + 2 * rows * (length + filters) + 40;
  }

  constructor(memory, side, channels, filters, kernel) {
    Object.assign(this, { memory, side, channels, filters, kernel, ...sizes(side, channels, filters, kernel) });
    const used = kernel * kernel * channels;
    this.weights = new Weights(memory, filters, this.length, used);
    this.bias = new Weights(memory, 1, filters, filters);
    this.turned = memory.take(this.length * filters);
    this.patches = memory.take(this.rows * this.length);
    this.values = memory.take(this.rows * filters);
    this.gains = memory.take(this.rows * filters); // what the error gains by each value
    this.patchGains = memory.take(this.rows * this.length);
    this.count = this.places * filters;
  }

  fill(random) {
    const area = this.kernel * this.kernel;
    this.weights.fill(random, area * this.channels, area * this.filters);
  }

  forward(input, activation) {
    const { memory, patches, weights, values, rows, filters, length } = this;
    this.spread(input);
    memory.multiply(patches, weights.values, values, rows, filters, length);
    activation.apply(values, this.count, this.bias.values);
  }

  // The patch of each place, in a row.
  spread(input) {
    const { side, out, kernel, channels, length, patches } = this;
    const run = kernel * channels;
    for (let y = 0, row = 0; y < out; y += 1) {
      for (let x = 0; x < out; x += 1, row += length) {
        for (let down = 0, to = row; down < kernel; down += 1) {
          for (let from = ((y + down) * side + x) * channels, end = from + run; from < end; from += 1, to += 1) {
            patches[to] = input[from];
          }
        }
      }
    }
  }

  // From `gains` by the values: gradients of weights and biases are added to those of the batch.
  backward(activation) {
    const { memory, gains, values, patches, weights, filters, places, length, count } = this;
    activation.slope(gains, values, count);
    const sums = this.bias.gradients;
    for (let at = 0; at < count; ) for (let filter = 0; filter < filters; filter += 1, at += 1) sums[filter] += gains[at];
    memory.addProducts(gains, patches, weights.gradients, places, filters, length);
  }

  // The weights with rows and columns exchanged, once for each batch.
  turn() {
    const { length, filters, turned, weights } = this;
    for (let filter = 0; filter < filters; filter += 1) {
      for (let at = 0; at < length; at += 1) turned[at * filters + filter] = weights.values[filter * length + at];
    }
  }

  // What the error gains by each number of the input, after `backward`.
  passBack(inputGains) {
    const { memory, gains, turned, patchGains, rows, side, out, kernel, channels, length, filters } = this;
    memory.multiply(gains, turned, patchGains, rows, length, filters);
    inputGains.fill(0);
    const run = kernel * channels;
    for (let y = 0, row = 0; y < out; y += 1) {
      for (let x = 0; x < out; x += 1, row += length) {
        for (let down = 0, from = row; down < kernel; down += 1) {
          for (let to = ((y + down) * side + x) * channels, end = to + run; to < end; to += 1, from += 1) {
            inputGains[to] += patchGains[from];
          }
        }
      }
    }
  }
}

// The largest of each 2 x 2 places; of equal ones the first, as in TensorFlow.
export class Pooling {
  constructor(side, channels) {
    Object.assign(this, { side, channels, out: side >> 1 });
    this.values = new Float32Array(this.out * this.out * channels);
    this.gains = new Float32Array(this.values.length);
    this.places = new Int32Array(this.values.length);
  }

  forward(input) {
    const { side, out, channels, values, places } = this;
    const line = side * channels;
    for (let y = 0, to = 0; y < out; y += 1) {
      for (let x = 0; x < out; x += 1) {
        for (let at = 2 * (y * side + x) * channels, end = at + channels; at < end; at += 1, to += 1) {
          let place = at;
          if (input[at + channels] > input[place]) place = at + channels;
          if (input[at + line] > input[place]) place = at + line;
          if (input[at + line + channels] > input[place]) place = at + line + channels;
          values[to] = input[place];
          places[to] = place;
        }
      }
    }
  }

  passBack(inputGains) {
    inputGains.fill(0);
    for (let at = 0; at < this.places.length; at += 1) inputGains[this.places[at]] += this.gains[at];
  }
}

const ROWS = 12; // ten digits, and two rows of zeros that make it a multiple of four

// A score for each digit, and the probabilities that come of them.
export class Scores {
  static room(features) {
    return 2 * ROWS * features + 2 * features + 8 * ROWS;
  }

  constructor(memory, features, digits) {
    Object.assign(this, { memory, features, digits });
    this.weights = new Weights(memory, ROWS, features, features, digits);
    this.bias = new Weights(memory, 1, ROWS, digits);
    this.input = memory.take(2 * features); // the second row stays 0
    this.scores = memory.take(2 * ROWS);
    this.gains = memory.take(ROWS);
    this.probabilities = new Float32Array(digits);
  }

  fill(random) {
    this.weights.fill(random, this.features, this.digits);
  }

  forward(input) {
    const { memory, weights, scores, features, digits, probabilities } = this;
    this.input.set(input.subarray(0, features));
    memory.multiply(this.input, weights.values, scores, 2, ROWS, features);
    let [highest, sum] = [-Infinity, 0];
    for (let digit = 0; digit < digits; digit += 1) {
      scores[digit] += this.bias.values[digit];
      highest = Math.max(highest, scores[digit]);
    }
    for (let digit = 0; digit < digits; digit += 1) sum += probabilities[digit] = Math.exp(scores[digit] - highest);
    for (let digit = 0; digit < digits; digit += 1) probabilities[digit] /= sum;
  }

  // The cross-entropy of the label, and its gradients as the `share` of a batch.
  backward(label, share) {
    const { memory, gains, digits, probabilities, bias, weights, features } = this;
    for (let digit = 0; digit < digits; digit += 1) {
      gains[digit] = (probabilities[digit] - (digit === label ? 1 : 0)) * share;
      bias.gradients[digit] += gains[digit];
    }
    memory.addProducts(gains, this.input, weights.gradients, 1, ROWS, features);
    return this.loss(label);
  }

  loss(label) {
    return -Math.log(Math.max(this.probabilities[label], 1e-30));
  }

  passBack(inputGains) {
    const { gains, weights, features, digits } = this;
    for (let at = 0; at < features; at += 1) {
      let sum = 0;
      for (let digit = 0, from = at; digit < digits; digit += 1, from += features) sum += gains[digit] * weights.values[from];
      inputGains[at] = sum;
    }
  }
}

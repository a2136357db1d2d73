// The network that learns in the browser: convolution, pooling, convolution, and a score for each digit. It is "classic" of
// mnist_core/model/architecture.py with two blocks and nothing between the last maps and the scores. Gradients are held
// to Keras's by tests/browser/test_learner.py.
import { activationOf } from "./activations.js";
import { Convolution, Pooling, Scores } from "./layers.js";
import { Memory } from "./memory.js";
import { randomOf } from "./random.js";

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const DIGITS = 10;
export const MOMENTUM = 0.9;

export class Network {
  // `filters` of the first convolution, a multiple of 4; the second has twice as many.
  constructor({ filters, kernel, activation, seed }, isQuick = true) {
    const inner = (SIDE - kernel + 1) >> 1;
    const features = (inner - kernel + 1) ** 2 * 2 * filters;
    const room =
      Convolution.room(SIDE, 1, filters, kernel) + Convolution.room(inner, filters, 2 * filters, kernel) + Scores.room(features);
    const memory = new Memory(room, isQuick);
    this.first = new Convolution(memory, SIDE, 1, filters, kernel);
    this.pooling = new Pooling(this.first.out, filters);
    this.second = new Convolution(memory, inner, filters, 2 * filters, kernel);
    this.scores = new Scores(memory, features, DIGITS);
    this.bend(activation);
    const random = randomOf(seed);
    for (const layer of [this.first, this.second, this.scores]) layer.fill(random);
  }

  // Another activation, from now on.
  bend(name) {
    this.activation = activationOf(name);
  }

  // All weights: of each layer those of its filters or digits, and the biases.
  get weights() {
    return [this.first, this.second, this.scores].flatMap(({ weights, bias }) => [weights, bias]);
  }

  // The probability of each digit for an image, 784 numbers from 0 to 1; they are overwritten by the next image.
  read(image) {
    this.first.forward(image, this.activation);
    this.pooling.forward(this.first.values);
    this.second.forward(this.pooling.values, this.activation);
    this.scores.forward(this.second.values);
    return this.scores.probabilities;
  }

  // Adds what an image says to the gradients, as a share of its batch; gives its loss.
  study(image, label, share) {
    this.read(image);
    const loss = this.scores.backward(label, share);
    this.scores.passBack(this.second.gains);
    this.second.backward(this.activation);
    this.second.passBack(this.pooling.gains);
    this.pooling.passBack(this.first.gains);
    this.first.backward(this.activation);
    return loss;
  }

  // The gradients of a batch's mean loss, which is given.
  gradients(images, labels) {
    for (const each of this.weights) each.gradients.fill(0);
    this.second.turn();
    let loss = 0;
    images.forEach((image, at) => (loss += this.study(image, labels[at], 1 / images.length)));
    return loss / images.length;
  }

  // One step along the gradients.
  move(rate) {
    for (const each of this.weights) each.move(rate, MOMENTUM);
  }
}

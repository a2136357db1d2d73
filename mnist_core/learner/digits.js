// The digits that there are to learn from, in batches, and those that are held out.
import { PIXELS } from "./network.js";
import { shuffled } from "./random.js";

export const BATCH = 32;
// Of a spoilt image so many pixels get another shade.
const GRAINS = 0.25;

export class Digits {
  // `content`: labels of those to learn from and of those held out, a byte each, then their images in the same order.
  constructor(content, learned, held) {
    this.labels = content.subarray(0, learned + held);
    this.images = content.subarray(learned + held);
    Object.assign(this, { learned, held });
  }

  // Held-out digit number `at`, as a network reads it.
  tested(at, image) {
    fill(image, this.images, (this.learned + at) * PIXELS);
    return this.labels[this.learned + at];
  }
}

// Goes through the first so many digits in a random order, again and again, in another order each time.
export class Batches {
  constructor(digits, random) {
    Object.assign(this, { digits, random, order: new Uint32Array(0), at: 0 });
    this.images = Array.from({ length: BATCH }, () => new Float32Array(PIXELS));
    this.labels = new Uint8Array(BATCH);
  }

  next(count, noise) {
    const { digits, images, labels, random } = this;
    const most = Math.min(count, digits.learned);
    images.forEach((image, place) => {
      if (this.at >= this.order.length || this.order.length !== most) [this.order, this.at] = [shuffled(most, random), 0];
      const chosen = this.order[this.at++];
      fill(image, digits.images, chosen * PIXELS);
      labels[place] = digits.labels[chosen];
      if (noise && random() < noise) spoil(image, random);
    });
    return { images, labels };
  }
}

function fill(image, shades, from) {
  for (let at = 0; at < PIXELS; at += 1) image[at] = shades[from + at] / 255;
}

function spoil(image, random) {
  for (let at = 0; at < PIXELS; at += 1) if (random() < GRAINS) image[at] = random();
}

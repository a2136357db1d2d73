// The inner products that a network is made of: in WebAssembly where the browser has it, else in plain JavaScript.
import { KERNEL } from "./kernel.js";

const PAGE = 65536;
const binary = Uint8Array.from(atob(KERNEL), (letter) => letter.charCodeAt(0));

// Whether the browser can multiply four numbers at a time.
export function isQuick() {
  try {
    return WebAssembly.validate(binary);
  } catch {
    return false;
  }
}

// The least multiple of `many` that is no less.
export function upTo(value, many) {
  return Math.ceil(value / many) * many;
}

// Memory that holds all weights, and one matrix of patches and one of results after another.
export class Products {
  // `weights`, `patches` and `results`: how many numbers there is to be room for.
  constructor({ weights, patches, results }, quick) {
    const size = 4 * (weights + patches + results);
    const memory = quick ? new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) || 1 }) : undefined;
    const buffer = memory?.buffer ?? new ArrayBuffer(size);
    this.weights = new Float32Array(buffer, 0, weights);
    this.patches = new Float32Array(buffer, 4 * weights, patches);
    this.results = new Float32Array(buffer, 4 * (weights + patches), results);
    if (memory) {
      const made = new WebAssembly.Instance(new WebAssembly.Module(binary), { reader: { memory } });
      this.kernel = made.exports.multiply;
    }
  }

  // The first `rows` x `columns` results of patches and of the weights from a place on, both with rows of a length.
  multiply(place, rows, columns, length) {
    if (this.kernel) {
      const { byteOffset } = this.weights;
      this.kernel(this.patches.byteOffset, byteOffset + 4 * place, this.results.byteOffset, rows, columns, length);
    } else {
      multiplied(this.patches, this.weights.subarray(place), this.results, rows, columns, length);
    }
  }
}

// Four columns at a time, so that each number of a patch is fetched once for them.
function multiplied(patches, weights, results, rows, columns, length) {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 4) {
      let [one, two, three, four] = [0, 0, 0, 0];
      let weight = column * length;
      for (let at = row * length, end = at + length; at < end; at += 1, weight += 1) {
        const patch = patches[at];
        one += patch * weights[weight];
        two += patch * weights[weight + length];
        three += patch * weights[weight + 2 * length];
        four += patch * weights[weight + 3 * length];
      }
      const to = row * columns + column;
      results[to] = one;
      results[to + 1] = two;
      results[to + 2] = three;
      results[to + 3] = four;
    }
  }
}

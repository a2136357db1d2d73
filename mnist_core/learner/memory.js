// Memory for matrices, and their products: in WebAssembly where the browser has it, else in plain JavaScript.
import { KERNEL } from "./kernel.js";
import { KERNEL as SUMS } from "./sums.js";

const PAGE = 65536;

function compiled(kernel) {
  return new WebAssembly.Module(Uint8Array.from(atob(kernel), (letter) => letter.charCodeAt(0)));
}

function kernels() {
  try {
    return [compiled(KERNEL), compiled(SUMS)];
  } catch {
    return null; // no WebAssembly, or none that multiplies four numbers at a time
  }
}

// The least multiple of `many` that is no less.
export function upTo(value, many) {
  return Math.ceil(value / many) * many;
}

// The rows of all matrices are multiples of four numbers long; their first `rows` of a left matrix are a multiple of two.
export class Memory {
  // `numbers`: how many there is to be room for; `isQuick`: whether WebAssembly is to be used where it is there.
  constructor(numbers, isQuick = true) {
    const modules = isQuick ? kernels() : null;
    const size = 4 * numbers;
    const memory = modules && new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) });
    this.buffer = memory?.buffer ?? new ArrayBuffer(size);
    this.taken = 0;
    if (memory) {
      const [one, two] = modules.map((each) => new WebAssembly.Instance(each, { reader: { memory } }).exports);
      Object.assign(this, { kernel: one.multiply, sums: two.add });
    }
  }

  // Room for so many numbers, all 0.
  take(numbers) {
    const view = new Float32Array(this.buffer, this.taken, numbers);
    this.taken += 4 * upTo(numbers, 4);
    return view;
  }

  // results (rows x columns) = left (rows x length) x transposed(right), right being (columns x length).
  multiply(left, right, results, rows, columns, length) {
    if (this.kernel) {
      this.kernel(left.byteOffset, right.byteOffset, results.byteOffset, rows, columns, length);
      return;
    }
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        for (let at = row * length, other = column * length, end = at + length; at < end; at += 1, other += 1) {
          sum += left[at] * right[other];
        }
        results[row * columns + column] = sum;
      }
    }
  }

  // results (leftColumns x rightColumns) += transposed(left) x right; both have so many rows.
  addProducts(left, right, results, rows, leftColumns, rightColumns) {
    if (this.sums) {
      this.sums(left.byteOffset, right.byteOffset, results.byteOffset, rows, leftColumns, rightColumns);
      return;
    }
    for (let row = 0; row < rows; row += 1) {
      for (let one = 0; one < leftColumns; one += 1) {
        const factor = left[row * leftColumns + one];
        if (factor === 0) continue;
        for (let at = one * rightColumns, from = row * rightColumns, end = at + rightColumns; at < end; at += 1, from += 1) {
          results[at] += factor * right[from];
        }
      }
    }
  }
}

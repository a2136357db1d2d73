// What each operator of a graph does to one image. Each is made once, with its constants, and gives a function that
// fills its output. Tensors have { shape, data }; maps are [1, rows, columns, channels], as LiteRT has them.
import { damaged, unknown } from "./errors.js";
import { upTo } from "./products.js";

const ACTIVATION = { none: undefined, relu: (value) => (value > 0 ? value : 0), tanh: Math.tanh };
const SAME = 0;
// From so many numbers on, copying them at once is quicker than one by one.
const LONG = 32;

// How many numbers the matrices of an operator have; nothing for those that need none.
export function matrixOf({ kind, inputs, output }) {
  if (kind !== "CONV_2D" && kind !== "FULLY_CONNECTED") return undefined;
  const [columns] = inputs[1].shape;
  const length = inputs[1].size / columns;
  const rows = kind === "CONV_2D" ? output.shape[1] * output.shape[2] : output.size / columns;
  return { rows: upTo(rows, 2), columns: upTo(columns, 4), length: upTo(length, 4), kept: { columns, length, rows } };
}

export const MADE = {
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwise,
  FULLY_CONNECTED: dense,
  MAX_POOL_2D: (operator) => pooling(operator, -Infinity, (one, other) => (other > one ? other : one), 1),
  AVERAGE_POOL_2D: (operator) =>
    pooling(operator, 0, (one, other) => one + other, operator.options.width * operator.options.height),
  ADD: (operator) => ofTwo(operator, (one, other) => one + other),
  SUB: (operator) => ofTwo(operator, (one, other) => one - other),
  MUL: (operator) => ofTwo(operator, (one, other) => one * other),
  RELU: (operator) => ofEach(operator, ACTIVATION.relu),
  TANH: (operator) => ofEach(operator, Math.tanh),
  LOGISTIC: (operator) => ofEach(operator, (value) => 1 / (1 + Math.exp(-value))),
  DEQUANTIZE: (operator) => ofEach(operator, (value) => value),
  RESHAPE: (operator) => ofEach(operator, (value) => value),
  EXPAND_DIMS: (operator) => ofEach(operator, (value) => value),
  REDUCE_MAX: (operator) => reduction(operator, -Infinity, Math.max, false),
  MEAN: (operator) => reduction(operator, 0, (one, other) => one + other, true),
  SOFTMAX: softmax,
  BATCH_MATMUL: matrixProduct,
};

// The weights of an operator in their place, with zeros where the kernel reads more than there is.
function kept({ inputs, matrix, place }, products) {
  const { columns, length } = matrix.kept;
  for (let column = 0; column < columns; column += 1) {
    const row = inputs[1].data.subarray(column * length, (column + 1) * length);
    products.weights.set(row, place + column * matrix.length);
  }
}

// Results with the offset of each column and an activation, without the columns that nobody asked for.
function filled({ inputs, output, matrix, options }, results) {
  const { columns, rows } = matrix.kept;
  const offsets = inputs[2]?.data ?? new Float32Array(columns);
  const [isRelu, act] = [options.activation === "relu", ACTIVATION[options.activation]];
  const { data } = output;
  for (let row = 0, to = 0, from = 0; row < rows; row += 1, to += columns, from += matrix.columns) {
    for (let column = 0; column < columns; column += 1) {
      const value = results[from + column] + offsets[column];
      data[to + column] = isRelu && value < 0 ? 0 : value;
    }
  }
  if (act && !isRelu) data.forEach((value, at) => (data[at] = act(value)));
}

function convolution(operator, products) {
  const { inputs, output, matrix, options, place } = operator;
  const [, height, width, channels] = inputs[1].shape;
  const [, rows, columns] = output.shape;
  const { strideX, strideY } = options;
  const [run, rest] = [width * channels, matrix.length - matrix.kept.length];
  kept(operator, products);
  const bordered = border(inputs[0], output, options, height, width);
  return () => {
    const [map, across] = bordered();
    const { patches } = products;
    let to = 0;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        for (let down = 0; down < height; down += 1) {
          const from = ((row * strideY + down) * across + column * strideX) * channels;
          if (run >= LONG) patches.set(map.subarray(from, from + run), to);
          else for (let at = 0; at < run; at += 1) patches[to + at] = map[from + at];
          to += run;
        }
        for (const end = to + rest; to < end; to += 1) patches[to] = 0;
      }
    }
    products.multiply(place, matrix.rows, matrix.columns, matrix.length);
    filled(operator, products.results);
  };
}

// A map with the zeros around it that "same" padding looks at: gives its numbers and how many columns it has.
function border({ shape, data }, output, { padding, strideX, strideY }, height, width) {
  const [, rows, columns, channels] = shape;
  const total = (side, given, stride, window) => Math.max((given - 1) * stride + window - side, 0);
  const [down, across] = [total(rows, output.shape[1], strideY, height), total(columns, output.shape[2], strideX, width)];
  if (!down && !across) return () => [data, columns];
  if (padding !== SAME) throw damaged(`a window of ${height} x ${width} on ${rows} x ${columns}`);
  const wide = columns + across;
  const around = new Float32Array((rows + down) * wide * channels);
  const start = ((down >> 1) * wide + (across >> 1)) * channels;
  return () => {
    for (let row = 0; row < rows; row += 1) {
      const part = data.subarray(row * columns * channels, (row + 1) * columns * channels);
      around.set(part, start + row * wide * channels);
    }
    return [around, wide];
  };
}

function depthwise({ inputs, output, options }) {
  const [, height, width, channels] = inputs[1].shape;
  const [, rows, columns, given] = output.shape;
  if (given !== channels || inputs[0].shape[3] !== channels) throw unknown("several filters a map");
  const offsets = inputs[2]?.data ?? new Float32Array(channels);
  const act = ACTIVATION[options.activation] ?? ((value) => value);
  const weights = inputs[1].data;
  const bordered = border(inputs[0], output, options, height, width);
  const sums = new Float64Array(channels);
  return () => {
    const [map, across] = bordered();
    for (let place = 0; place < rows * columns; place += 1) {
      const [row, column] = [Math.floor(place / columns) * options.strideY, (place % columns) * options.strideX];
      sums.set(offsets);
      for (let each = 0; each < height * width; each += 1) {
        const at = ((row + Math.floor(each / width)) * across + column + (each % width)) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          sums[channel] += map[at + channel] * weights[each * channels + channel];
        }
      }
      for (let channel = 0; channel < channels; channel += 1) output.data[place * channels + channel] = act(sums[channel]);
    }
  };
}

function dense(operator, products) {
  const { inputs, matrix, place } = operator;
  const { rows, length } = matrix.kept;
  kept(operator, products);
  return () => {
    products.patches.fill(0, 0, matrix.rows * matrix.length);
    for (let row = 0; row < rows; row += 1) {
      products.patches.set(inputs[0].data.subarray(row * length, (row + 1) * length), row * matrix.length);
    }
    products.multiply(place, matrix.rows, matrix.columns, matrix.length);
    filled(operator, products.results);
  };
}

function pooling({ inputs, output, options }, first, joined, share) {
  const [, , across, channels] = inputs[0].shape;
  const [, rows, columns] = output.shape;
  const { width, height, strideX, strideY } = options;
  if ((rows - 1) * strideY + height > inputs[0].shape[1] || (columns - 1) * strideX + width > across) {
    throw unknown("pooling beyond the rim");
  }
  const act = ACTIVATION[options.activation] ?? ((value) => value);
  return () => {
    const { data } = inputs[0];
    let to = 0;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          let value = first;
          for (let down = 0; down < height; down += 1) {
            const from = ((row * strideY + down) * across + column * strideX) * channels + channel;
            for (let right = 0; right < width; right += 1) value = joined(value, data[from + right * channels]);
          }
          output.data[to] = act(value / share);
          to += 1;
        }
      }
    }
  };
}

function ofEach({ inputs, output }, made) {
  return () => {
    for (let at = 0; at < output.size; at += 1) output.data[at] = made(inputs[0].data[at]);
  };
}

// Of two tensors of one shape, or one that is repeated for each of the other's last numbers.
function ofTwo({ inputs: [one, other], output, options }, made) {
  if (![one, other].every(({ size }) => output.size % size === 0)) throw damaged("two sizes");
  const act = ACTIVATION[options.activation] ?? ((value) => value);
  return () => {
    for (let at = 0; at < output.size; at += 1) {
      output.data[at] = act(made(one.data[at % one.size], other.data[at % other.size]));
    }
  };
}

function reduction({ inputs: [input, axes], output }, first, joined, isMean) {
  const { shape } = input;
  const gone = new Set(Array.from(axes.data, (axis) => (axis + shape.length) % shape.length));
  const share = isMean ? input.size / output.size : 1;
  // Where each number goes: its place without the axes that go.
  const to = Array.from({ length: input.size }, (_, at) => {
    let [place, many, rest] = [0, 1, at];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      if (!gone.has(axis)) {
        place += many * (rest % shape[axis]);
        many *= shape[axis];
      }
      rest = Math.floor(rest / shape[axis]);
    }
    return place;
  });
  const sums = new Float64Array(output.size);
  return () => {
    sums.fill(first);
    to.forEach((place, at) => (sums[place] = joined(sums[place], input.data[at])));
    sums.forEach((sum, at) => (output.data[at] = sum / share));
  };
}

function softmax({ inputs: [input], output }) {
  return () => {
    const highest = input.data.reduce((one, other) => Math.max(one, other), -Infinity);
    const powers = Float64Array.from(input.data, (value) => Math.exp(value - highest));
    const sum = powers.reduce((one, other) => one + other, 0);
    powers.forEach((power, at) => (output.data[at] = power / sum));
  };
}

function matrixProduct({ inputs: [one, other], output, options }) {
  const [rows, length] = one.shape.slice(-2);
  const columns = other.shape.at(-1);
  const isPlain = !options.isFirstTurned && !options.isSecondTurned && output.size === rows * columns;
  if (!isPlain || other.shape.at(-2) !== length) throw unknown("a product of many matrices");
  return () => {
    for (let at = 0; at < output.size; at += 1) {
      let sum = 0;
      const [row, column] = [Math.floor(at / columns), at % columns];
      for (let each = 0; each < length; each += 1) sum += one.data[row * length + each] * other.data[each * columns + column];
      output.data[at] = sum;
    }
  };
}

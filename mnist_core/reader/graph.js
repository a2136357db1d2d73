// A LiteRT graph (model.tflite), read as the flatbuffer that it is: tensors, operators, and what goes in and out by name.
// Numbers of fields and codes are those of TensorFlow's schema.fbs. Whatever does not fit into the file is an error.
import { damaged, ReaderError, unknown } from "./errors.js";

const OPERATORS = {
  0: "ADD", 1: "AVERAGE_POOL_2D", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 6: "DEQUANTIZE", 9: "FULLY_CONNECTED",
  14: "LOGISTIC", 17: "MAX_POOL_2D", 18: "MUL", 19: "RELU", 22: "RESHAPE", 25: "SOFTMAX", 28: "TANH", 40: "MEAN",
  41: "SUB", 70: "EXPAND_DIMS", 82: "REDUCE_MAX", 126: "BATCH_MATMUL",
};
// What makes the shapes of others, which are known beforehand here: one image at a time.
const OF_SHAPES = { 45: "STRIDED_SLICE", 77: "SHAPE", 83: "PACK" };
// The fields of each operator's options that are looked at: name, number, bytes.
const CONVOLUTION = [["padding", 0, 1], ["strideX", 1, 4], ["strideY", 2, 4]];
const POOLING = [...CONVOLUTION, ["width", 3, 4], ["height", 4, 4], ["activation", 5, 1]];
const OPTIONS = {
  ADD: [["activation", 0, 1]],
  SUB: [["activation", 0, 1]],
  MUL: [["activation", 0, 1]],
  CONV_2D: [...CONVOLUTION, ["activation", 3, 1], ["dilationX", 4, 4, 1], ["dilationY", 5, 4, 1]],
  DEPTHWISE_CONV_2D: [...CONVOLUTION, ["activation", 4, 1], ["dilationX", 5, 4, 1], ["dilationY", 6, 4, 1]],
  AVERAGE_POOL_2D: POOLING,
  MAX_POOL_2D: POOLING,
  FULLY_CONNECTED: [["activation", 0, 1]],
  SOFTMAX: [],
  BATCH_MATMUL: [["isFirstTurned", 0, 1], ["isSecondTurned", 1, 1]],
};
const ACTIVATIONS = ["none", "relu", "", "", "tanh"];
const [FLOAT32, FLOAT16, INT32] = [0, 1, 2];
// No tensor of a network for 28 x 28 pixels has more numbers.
const MOST_NUMBERS = 1 << 24;

// Gives { tensors, operators, inputs, outputs }: tensors have a shape and maybe data, the others name them by number.
export function graphOf(bytes) {
  try {
    return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (error instanceof ReaderError) throw error;
    throw damaged(error);
  }
}

function read(view) {
  if (view.getUint32(4, true) !== 0x334c4654) throw damaged("a file that is no LiteRT graph");
  const model = new Table(view, view.getUint32(0, true));
  const codes = model.tables(1).map((code) => Math.max(code.number(0, 1), code.number(3, 4)));
  const buffers = model.tables(4);
  const part = model.tables(2)[0];
  const tensors = part.tables(0).map((tensor) => tensorOf(tensor, buffers));
  const operators = part.tables(3).map((operator) => operatorOf(operator, codes[operator.number(0, 4)]));
  const signature = model.tables(7)[0];
  const named = (field) => Object.fromEntries(signature.tables(field).map((each) => [each.text(0), each.number(1, 4)]));
  return { tensors, operators: operators.filter(({ kind }) => kind), inputs: named(0), outputs: named(1) };
}

function tensorOf(tensor, buffers) {
  const shape = tensor.numbers(0);
  const size = shape.reduce((product, side) => product * side, 1);
  if (!(size >= 0 && size <= MOST_NUMBERS)) throw damaged(`a tensor of shape ${shape}`);
  const type = tensor.number(1, 1);
  const content = buffers[tensor.number(2, 4)].bytes(0);
  return { shape, size, data: content.byteLength ? numbersOf(content, type, size) : undefined };
}

// A constant's numbers; those of 16 bits become numbers of 32.
function numbersOf(content, type, size) {
  const each = { [FLOAT32]: 4, [FLOAT16]: 2, [INT32]: 4 }[type];
  if (each === undefined) return undefined;
  if (content.byteLength !== each * size) throw damaged(`${content.byteLength} bytes for ${size}`);
  if (type === FLOAT16) return float32(content, size);
  const read = type === FLOAT32 ? (at) => content.getFloat32(at, true) : (at) => content.getInt32(at, true);
  return Float32Array.from({ length: size }, (_, index) => read(4 * index));
}

function float32(content, size) {
  const bits = new Uint32Array(size);
  const values = new Float32Array(bits.buffer);
  for (let index = 0; index < size; index += 1) {
    const half = content.getUint16(2 * index, true);
    const exponent = (half >> 10) & 31;
    if (exponent === 0) values[index] = (half & 1023) * 2 ** -24;
    else bits[index] = ((exponent === 31 ? 255 : exponent + 112) << 23) | ((half & 1023) << 13);
    bits[index] |= (half & 0x8000) << 16;
  }
  return values;
}

function operatorOf(operator, code) {
  const kind = OPERATORS[code];
  if (!kind && !OF_SHAPES[code]) throw unknown(`operator ${code}`);
  const given = operator.table(4);
  const options = Object.fromEntries(
    (OPTIONS[kind] ?? []).map(([name, field, size, usual = 0]) => [name, given?.number(field, size, usual) ?? usual]),
  );
  const activation = ACTIVATIONS[options.activation ?? 0];
  const isStretched = (options.dilationX ?? 1) !== 1 || (options.dilationY ?? 1) !== 1;
  if (!activation || isStretched) throw unknown(`${kind} with ${JSON.stringify(options)}`);
  return { kind, options: { ...options, activation }, inputs: operator.numbers(1), output: operator.numbers(2)[0] };
}

// A table of a flatbuffer: its fields lie where its list of offsets says, or are not there.
class Table {
  constructor(view, at) {
    Object.assign(this, { view, at, list: at - view.getInt32(at, true) });
    this.length = view.getUint16(this.list, true);
  }

  place(field) {
    const entry = 4 + 2 * field;
    const offset = entry < this.length ? this.view.getUint16(this.list + entry, true) : 0;
    return offset && this.at + offset;
  }

  number(field, bytes, usual = 0) {
    const place = this.place(field);
    if (!place) return usual;
    return bytes === 1 ? this.view.getInt8(place) : this.view.getInt32(place, true);
  }

  // Where a field leads.
  target(field) {
    const place = this.place(field);
    return place && place + this.view.getUint32(place, true);
  }

  table(field) {
    const target = this.target(field);
    return target ? new Table(this.view, target) : undefined;
  }

  // Where a field's list begins, and how long it is.
  listed(field, bytes) {
    const target = this.target(field);
    const length = target ? this.view.getUint32(target, true) : 0;
    if (target + length * bytes > this.view.byteLength) throw damaged(`a list of ${length}`);
    return [target + 4, length];
  }

  tables(field) {
    const [start, length] = this.listed(field, 4);
    return Array.from({ length }, (_, index) => {
      const at = start + 4 * index;
      return new Table(this.view, at + this.view.getUint32(at, true));
    });
  }

  numbers(field) {
    const [start, length] = this.listed(field, 4);
    return Array.from({ length }, (_, index) => this.view.getInt32(start + 4 * index, true));
  }

  bytes(field) {
    const [start, length] = this.listed(field, 1);
    return new DataView(this.view.buffer, this.view.byteOffset + (length ? start : 0), length);
  }

  text(field) {
    const { buffer, byteOffset, byteLength } = this.bytes(field);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, byteLength));
  }
}

// The reader: strokes in, digits and the verdict out. It needs the record that Python writes (mnist_core/reader/record.py)
// and the bytes of a model's LiteRT graph, and nothing else of a server.
import { ReaderError } from "./errors.js";
import { digitPixels } from "./ink.js";
import { networkOf } from "./network.js";
import { digitsOf } from "./numbers.js";
import { sha256 } from "./sha256.js";
import { verdictOf } from "./verdict.js";

export { answerOf } from "./answer.js";
export { ReaderError } from "./errors.js";
export { isQuick } from "./products.js";

// Groups of strokes and images whose pixels and readings are remembered: while a number grows, only its last stroke is new.
const KNOWN = 1000;

// The reader that a record describes; its model is fetched by its hash.
export async function loadReader(record, fetcher = fetch) {
  const { address, sha256: expected } = record.model;
  const bytes = await fetched(address, fetcher);
  const received = sha256(bytes);
  if (received !== expected) {
    const sentence = `${address} must have SHA-256 ${expected}. Received: ${received}. Load the page again.`;
    throw new ReaderError("other", sentence);
  }
  return new Reader(record, bytes);
}

async function fetched(address, fetcher) {
  try {
    const response = await fetcher(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new ReaderError("missing", `The model's file cannot be fetched from ${address}. Received: ${error.message}.`);
  }
}

export class Reader {
  // `quick`: whether WebAssembly is used; by default where the browser has it.
  constructor(record, graph, quick = undefined) {
    this.record = record;
    this.network = networkOf(graph, quick);
    this.keys = new WeakMap();
    this.known = new Map();
    this.looked = new Map();
  }

  // Reads strokes, lists of [x, y, ...], drawn with a pen of a width. Gives `digits` from left to right, and in their
  // order `probabilities`, `novelties` and `boxes`, and the `verdict`: its sign, headline and reason.
  // Where it would take longer than `mostMs` it gives up with an error, "late"; what it has read by then it remembers.
  read(strokes, penWidth, mostMs = Infinity) {
    this.end = performance.now() + mostMs;
    const drawing = { strokes: this.checked(strokes, penWidth), penWidth };
    const readers = { draw: (some) => this.pixels(some, penWidth), look: (pixels) => this.look(pixels) };
    const read = digitsOf(drawing, this.record.limits, readers);
    return {
      digits: read.map(({ probabilities }) => probabilities.indexOf(Math.max(...probabilities))),
      probabilities: read.map(({ probabilities }) => probabilities),
      novelties: read.map(({ novelty }) => novelty),
      boxes: read.map(({ box }) => box),
      verdict: verdictOf(read, this.record.words),
    };
  }

  // Strokes as they are read: points in numbers of 32 bits, x and y in turn, and no stroke without a point.
  checked(strokes, penWidth) {
    const { most_coordinate: most, most_strokes: mostStrokes, most_points: mostPoints } = this.record.limits.drawing;
    const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    if (strokes.length > mostStrokes || points > mostPoints) {
      const limit = `A drawing has at most ${mostStrokes} strokes and ${mostPoints} points.`;
      throw new ReaderError("many", `${limit} Received: ${strokes.length} strokes with ${points} points.`);
    }
    if (!points) throw new ReaderError("empty", "A drawing must have a stroke with a point. Received: none.");
    const isSound = (value) => Math.abs(value) <= most;
    if (!(penWidth > 0 && penWidth <= most) || !strokes.every((stroke) => stroke.every(([x, y]) => isSound(x) && isSound(y)))) {
      const limit = `Coordinates must be numbers within +-${most}, the pen's width above 0.`;
      throw new ReaderError("strokes", `${limit} Received: ${JSON.stringify(strokes).slice(0, 80)}, ${penWidth}.`);
    }
    const given = strokes.filter((stroke) => stroke.length);
    return given.map((stroke) => Float32Array.from(stroke.flatMap(([x, y]) => [x, y])));
  }

  pixels(strokes, penWidth) {
    const key = `${penWidth} ${strokes.map((stroke) => this.key(stroke)).join()}`;
    return remembered(this.known, key, () => digitPixels(strokes, penWidth, this.record.limits.ink));
  }

  look(pixels) {
    if (performance.now() > this.end) throw new ReaderError("late", "There is no time to read all of it.");
    return remembered(this.looked, String.fromCharCode(...pixels), () => this.network(pixels));
  }

  // A stroke's numbers as a text.
  key(stroke) {
    if (!this.keys.has(stroke)) this.keys.set(stroke, `${stroke.length}:${String.fromCharCode(...new Uint16Array(stroke.buffer))}`);
    return this.keys.get(stroke);
  }
}

function remembered(known, key, make) {
  if (!known.has(key)) {
    if (known.size >= KNOWN) known.delete(known.keys().next().value);
    known.set(key, make());
  }
  return known.get(key);
}

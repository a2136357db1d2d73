// Trains in a thread of its own, so that the page stays at hand, and tells what it sees: `frame`s of filters and of what the
// network makes of the visitor's drawing, `score`s on the digits that are held out, and a `step` with all that it did.
import { BATCH, Batches, Digits } from "./digits.js";
import { Network, PIXELS } from "./network.js";
import { randomOf } from "./random.js";

const SLICE_MS = 40; // between two looks at the page's wishes; each ends with a frame
const SCORE_MS = 500;
const SCORE_SHARE = 4; // scoring takes at most one of so many parts of the time, and one more
const MEMORY = 0.95; // of the mean loss, that stays with each batch

const image = new Float32Array(PIXELS);
let [digits, network, batches, settings, drawing] = [null, null, null, null, null];
let state = { seen: 0, ms: 0, loss: null };
let [isRunning, isWorking] = [false, false];

const deeds = {
  async load({ address, learned, held }) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} has status ${response.status}`);
    const content = new Uint8Array(await response.arrayBuffer());
    if (content.length !== (learned + held) * (1 + PIXELS)) throw new Error(`${address} has ${content.length} bytes`);
    digits = new Digits(content, learned, held);
    postMessage({ kind: "ready" });
    if (network) meet();
  },
  begin(wish) {
    settings = wish.settings;
    network = new Network(settings);
    state = { seen: 0, ms: 0, loss: null };
    showFrame();
    if (digits) meet();
  },
  change(wish) {
    settings = wish.settings;
    network?.bend(settings.activation);
    if (!isRunning && network) showFrame();
  },
  run() {
    isRunning = true;
    work();
  },
  pause() {
    isRunning = false;
  },
  step() {
    isRunning = false;
    if (!network || !digits) return;
    postMessage({ kind: "step", ...step() });
    showFrame();
    score();
  },
  look({ pixels }) {
    drawing = pixels && Float32Array.from(pixels, (shade) => shade / 255);
    if (!isRunning && network) showFrame();
  },
};

onmessage = async ({ data }) => {
  try {
    await deeds[data.do](data);
  } catch (error) {
    postMessage({ kind: "error", message: error.message });
  }
};

// A new network and the digits, whichever came last.
function meet() {
  batches = new Batches(digits, randomOf(settings.seed + 1));
  score();
  work();
}

// Other messages are heard in between; a timer would wait longer each time.
const channel = new MessageChannel();
function turn() {
  return new Promise((go) => {
    channel.port1.onmessage = go;
    channel.port2.postMessage(null);
  });
}

async function work() {
  if (isWorking || !network || !digits) return;
  isWorking = true;
  let [scored, pause] = [performance.now(), SCORE_MS];
  while (isRunning) {
    const begun = performance.now();
    do learn();
    while (isRunning && performance.now() - begun < SLICE_MS);
    state.ms += performance.now() - begun;
    showFrame();
    if (performance.now() - scored > pause) {
      const before = performance.now();
      score();
      scored = performance.now();
      pause = Math.max(SCORE_MS, SCORE_SHARE * (scored - before));
      state.ms += scored - before; // it is part of what the visitor waits
    }
    await turn();
  }
  isWorking = false;
}

function learn() {
  const { images, labels } = batches.next(settings.digits, settings.noise);
  const loss = network.gradients(images, labels);
  network.move(settings.rate);
  state.seen += images.length;
  state.loss = state.loss === null ? loss : MEMORY * state.loss + (1 - MEMORY) * loss;
  if (Number.isFinite(loss)) return;
  isRunning = false;
  postMessage({ kind: "lost" });
}

function showFrame() {
  const { weights, places, filters, count } = network.first;
  const frame = { kind: "frame", ...state, filters: weights.values.slice(), stride: weights.length };
  if (drawing) {
    frame.probabilities = network.read(drawing).slice();
    frame.maps = network.first.values.slice(0, count);
    frame.side = Math.sqrt(places);
  }
  postMessage({ ...frame, count: filters });
}

// The share of the held-out digits that it reads right.
function score() {
  let right = 0;
  for (let at = 0; at < digits.held; at += 1) {
    const label = digits.tested(at, image);
    if (answer(network.read(image)) === label) right += 1;
  }
  postMessage({ kind: "score", ...state, share: right / digits.held });
}

function answer(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

// One batch: what it holds, what the network made of it, where the gradients point and what each weight did.
function step() {
  const { images, labels } = batches.next(settings.digits, settings.noise);
  const answers = images.map((each) => answer(network.read(each)));
  const { weights, filters } = network.first;
  const before = weights.values.slice();
  const lossBefore = network.gradients(images, labels);
  network.move(settings.rate);
  state.seen += BATCH;
  const loss = images.reduce((sum, each, at) => (network.read(each), sum + network.scores.loss(labels[at])), 0) / BATCH;
  state.loss = loss;
  return {
    ...moved(), before, lossBefore, loss, filters, answers,
    images: images.map((each) => Uint8Array.from(each, (share) => Math.round(255 * share))),
    labels: labels.slice(), gradients: weights.gradients.slice(), steps: weights.steps.slice(), after: weights.values.slice(),
    stride: weights.length,
  };
}

// How many weights there are, and how far they went.
function moved() {
  let [count, sum, most] = [0, 0, 0];
  for (const { steps, filled, length, used } of network.weights) {
    for (let at = 0; at < filled * length; at += 1) {
      if (at % length >= used) continue;
      const size = Math.abs(steps[at]);
      [count, sum, most] = [count + 1, sum + size, Math.max(most, size)];
    }
  }
  return { count, mean: sum / count, most };
}

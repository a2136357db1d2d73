// The points: where they are in each layout, what they are, and how each is shown just now.

const RETRY_MS = 1500;
const TRIES = 4;

// Arrays by their content's name: another visit to the page has them at once.
const arrays = new Map();
const MOST_ARRAYS = 60;

async function fetched(address, name) {
  const url = `${address}/${name}`;
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return response.arrayBuffer();
    if (tries === TRIES) throw new Error(`${url} cannot be loaded`);
    // The server was started again, and the page has not told it yet what it shows.
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function loaded(address, name) {
  if (!arrays.has(name)) {
    const promise = fetched(address, name);
    arrays.set(name, promise);
    promise.catch(() => arrays.delete(name));
    if (arrays.size > MOST_ARRAYS) arrays.delete(arrays.keys().next().value);
  }
  return arrays.get(name);
}

const asBytes = async (address, name) => (name ? new Uint8Array(await loaded(address, name)) : null);

// Coordinates (3 n) of levels; what is flat lies in the plane of the screen.
function asPlaces(levels, { dimensions, low, step }) {
  const count = levels.length / dimensions;
  const places = new Float32Array(3 * count);
  for (let index = 0; index < count; index += 1) {
    for (let axis = 0; axis < dimensions; axis += 1) {
      places[3 * index + axis] = low[axis] + levels[dimensions * index + axis] * step;
    }
  }
  return places;
}

function asColour(text) {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

class Points {
  constructor() {
    this.hiddenDigits = new Set();
    this.hiddenClasses = new Set();
    this.selected = null; // bytes, one for each point; or null for all alike
    this.picked = null;
    this.edition = 0; // counts changes of how points are shown
    this.places = new Map();
  }

  // Takes what Python says; what is known already is not loaded again.
  async take(data, number) {
    const { arrays: address } = data;
    const [labels, indices, read, sure, selected, classes] = await Promise.all([
      asBytes(address, data.labels),
      data.indices ? loaded(address, data.indices) : null,
      asBytes(address, data.read),
      asBytes(address, data.sure),
      asBytes(address, data.selected),
      asBytes(address, data.colourings[number].array),
    ]);
    return () => {
      Object.assign(this, { count: data.count, labels, read, sure, classes, firstTest: data.firstTest });
      this.indices = indices && new Uint32Array(indices);
      if (this.told !== data.selected || this.about !== data.edition) {
        this.selected = selected;
        if (this.about !== data.edition) this.picked = null;
        Object.assign(this, { told: data.selected, about: data.edition });
      }
      this.colour(data.colourings[number]);
    };
  }

  async layout(address, described) {
    const key = described.array + described.low + described.step;
    if (!this.places.has(key)) {
      const levels = new Uint16Array(await loaded(address, described.array));
      this.places.set(key, asPlaces(levels, described));
      if (this.places.size > MOST_ARRAYS) this.places.delete(this.places.keys().next().value);
    }
    return this.places.get(key);
  }

  // Colour, and in the place of alpha how a point is shown.
  colour(colouring = this.colouring) {
    this.colouring = colouring;
    const { count, classes } = this;
    const palette = colouring.colours.map(asColour);
    if (this.colours?.length !== 4 * count) this.colours = new Uint8Array(4 * count);
    for (let index = 0; index < count; index += 1) {
      const colour = palette[classes[index]];
      for (let channel = 0; channel < 3; channel += 1) this.colours[4 * index + channel] = colour[channel];
      this.colours[4 * index + 3] = this.kind(index);
    }
    this.edition += 1;
  }

  // What is not selected steps back; where nothing is, the colouring says what lies before the rest.
  kind(index) {
    if (this.hiddenDigits.has(this.labels[index]) || this.hiddenClasses.has(this.classes[index])) return HIDDEN;
    if (this.selected) return this.selected[index] ? BRIGHT : DIM;
    return this.colouring.foremost.includes(this.classes[index]) ? BRIGHT : PLAIN;
  }

  isShown(index) {
    return this.colours[4 * index + 3] !== HIDDEN;
  }

  select(chosen) {
    this.selected = chosen;
    this.colour();
  }

  get selectedCount() {
    return this.selected?.reduce((sum, each) => sum + each, 0) ?? 0;
  }

  // The selection as one bit for each point, as text.
  get bits() {
    if (!this.selected) return "";
    const packed = new Uint8Array(Math.ceil(this.count / 8));
    this.selected.forEach((each, index) => (packed[index >> 3] |= (each ? 1 : 0) << (index & 7)));
    return btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  }

  number(index) {
    return this.indices?.[index] ?? index;
  }

  // Middles of the digits in a layout, as they are on the screen's labels.
  middles(places) {
    const sums = new Float64Array(40);
    for (let index = 0; index < this.count; index += 1) {
      const at = 4 * this.labels[index];
      for (let axis = 0; axis < 3; axis += 1) sums[at + axis] += places[3 * index + axis];
      sums[at + 3] += 1;
    }
    return Float32Array.from({ length: 30 }, (_, at) => sums[4 * ((at / 3) | 0) + (at % 3)] / sums[4 * ((at / 3) | 0) + 3]);
  }

  // How far the points of each digit are from their middle in a layout, on average.
  extents(places) {
    if (this.measured?.places === places && this.measured.labels === this.labels) return this.measured.extents;
    const middles = this.middles(places);
    const [sums, counts] = [new Float64Array(10), new Float64Array(10)];
    for (let index = 0; index < this.count; index += 1) {
      const digit = this.labels[index];
      const along = (axis) => places[3 * index + axis] - middles[3 * digit + axis];
      sums[digit] += Math.hypot(along(0), along(1), along(2));
      counts[digit] += 1;
    }
    const extents = sums.map((sum, digit) => sum / counts[digit]);
    this.measured = { places, labels: this.labels, extents };
    return extents;
  }
}

// Whether a place lies within a closed line of places, by counting how often a ray to the right crosses it.
function isWithin(x, y, line) {
  let within = false;
  for (let at = 0, before = line.length - 1; at < line.length; before = at, at += 1) {
    const [[x1, y1], [x2, y2]] = [line[at], line[before]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}

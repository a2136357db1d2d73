// Strokes to the 28 x 28 pixels that a network reads. docs/build/rendering.md holds the mathematics, mnist_core/ink the
// same in Python: numbers have 64 bits and each operation comes in its order there, so that the pixels are equal.
// A stroke is a Float32Array of x0, y0, x1, y1, ...; `ink` are the constants that Python gives.

// The 28 x 28 pixels of strokes, as a Uint8Array, ink 255.
export function digitPixels(strokes, penWidth, ink) {
  const { shades, width, height } = fitted(thinned(strokes, ink.most_drawn), penWidth, ink);
  return centred(smaller(shades, width, height, ink.oversampling), ink);
}

// Strokes with every few of their points, and their ends, so that they have about so many in all.
export function thinned(strokes, most) {
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  const every = Math.ceil(points / most);
  return every > 1 ? strokes.map((stroke) => someOf(stroke, every)) : strokes;
}

function someOf(stroke, every) {
  const kept = [];
  const last = stroke.length / 2 - 1;
  for (let index = 0; index < last; index += every) kept.push(stroke[2 * index], stroke[2 * index + 1]);
  return Float32Array.from([...kept, stroke[2 * last], stroke[2 * last + 1]]);
}

// Drawn again, so that the ink's longer side and the pen have one size.
function fitted(strokes, penWidth, ink) {
  const side = ink.box_side * ink.oversampling;
  const pen = side * ink.pen_share;
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += 1) {
      low[at % 2] = Math.min(low[at % 2], stroke[at]);
      high[at % 2] = Math.max(high[at % 2], stroke[at]);
    }
  }
  const extent = [high[0] - low[0], high[1] - low[1]];
  const scale = (side - pen) / Math.max(extent[0], extent[1], penWidth / 4, ink.smallest_mark);
  const inked = extent.map((each) => each * scale + pen);
  const cell = ink.oversampling;
  const size = inked.map((each) => Math.max(Math.ceil(each / cell - ink.rounding), 1) * cell);
  const place = size.map((each, axis) => (each - inked[axis] + pen - 1) / 2);
  const placed = strokes.map((stroke) => Float64Array.from(stroke, (value, at) => (value - low[at % 2]) * scale + place[at % 2]));
  return { shades: drawn(placed, pen, ...size), width: size[0], height: size[1] };
}

// How much of each pixel a round pen covers, 0 to 255.
export function drawn(strokes, pen, width, height) {
  const reach = pen / 2 + 0.5;
  const most = Math.min(1, pen);
  const squares = new Float64Array(width * height).fill(Infinity);
  for (const stroke of strokes) {
    if (stroke.length === 2) segment(squares, width, height, reach, stroke[0], stroke[1], 0, 0);
    for (let at = 2; at < stroke.length; at += 2) {
      const [x, y] = [stroke[at - 2], stroke[at - 1]];
      segment(squares, width, height, reach, x, y, stroke[at] - x, stroke[at + 1] - y);
    }
  }
  return Uint8Array.from(squares, (square) =>
    Math.floor(255 * Math.min(Math.max(reach - Math.sqrt(square), 0), most) + 0.5),
  );
}

// Lowers the square of each pixel's distance to the nearest segment where this one is nearer.
function segment(squares, width, height, reach, x, y, right, down) {
  const length = right * right + down * down || 1;
  const left = Math.max(0, Math.ceil(Math.min(x, x + right) - reach));
  const behind = Math.min(width, Math.floor(Math.max(x, x + right) + reach) + 1);
  const top = Math.max(0, Math.ceil(Math.min(y, y + down) - reach));
  const below = Math.min(height, Math.floor(Math.max(y, y + down) + reach) + 1);
  for (let row = top; row < below; row += 1) {
    const dy = row - y;
    const along = dy * down;
    for (let column = left; column < behind; column += 1) {
      const dx = column - x;
      const share = Math.min(Math.max((along + dx * right) / length, 0), 1);
      const across = dx - share * right;
      const upright = dy - share * down;
      const square = across * across + upright * upright;
      if (square < squares[row * width + column]) squares[row * width + column] = square;
    }
  }
}

// The mean of each cell of so many pixels a side.
function smaller(shades, width, height, cell) {
  const [columns, rows] = [width / cell, height / cell];
  const sums = new Float64Array(columns * rows);
  for (let at = 0; at < shades.length; at += 1) {
    const row = Math.floor(at / width / cell);
    sums[row * columns + Math.floor((at % width) / cell)] += shades[at];
  }
  return { shades: Uint8Array.from(sums, (sum) => even(sum / (cell * cell))), width: columns, height: rows };
}

// In the field of 28 x 28 pixels, the centre of mass as near to its middle as whole pixels and the rim allow.
function centred({ shades, width, height }, { image_side: imageSide, centre }) {
  let [mass, right, down] = [0, 0, 0];
  shades.forEach((shade, at) => {
    mass += shade;
    right += (at % width) * shade;
    down += Math.floor(at / width) * shade;
  });
  const place = (moment, side) => Math.min(Math.max(even(centre - moment / (mass || 1)), 0), imageSide - side);
  const [left, top] = [place(right, width), place(down, height)];
  const field = new Uint8Array(imageSide * imageSide);
  for (let row = 0; row < height; row += 1) {
    field.set(shades.subarray(row * width, (row + 1) * width), (top + row) * imageSide + left);
  }
  return field;
}

// The nearest whole number, the even one from the middle between two.
function even(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

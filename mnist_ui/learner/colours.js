// Numbers as colours, as on How it works: dark is nothing, blue above 0, orange below, whatever the theme.
const NOTHING = [30, 36, 46];
const FOR = [122, 200, 255];
const AGAINST = [255, 145, 48];
const CONTRAST = 0.7; // below 1, so that the hue of small values can be seen

function colourOf(value, most) {
  const share = Math.min(Math.abs(value) / (most || 1), 1) ** CONTRAST;
  const end = value < 0 ? AGAINST : FOR;
  return NOTHING.map((from, at) => Math.round(from + share * (end[at] - from)));
}

// Paints a square of numbers into a canvas, a pixel each. `at` gives the number of a place.
function paintSquare(canvas, side, most, at) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let place = 0; place < side * side; place += 1) {
    image.data.set(colourOf(at(place), most), 4 * place);
    image.data[4 * place + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// Black or white, whichever is easier to read on a colour.
function inkOn([red, green, blue]) {
  const light = (0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2) / 255 ** 2.2;
  return light > 0.18 ? "#000" : "#fff";
}

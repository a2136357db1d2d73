// What numbers look like: dark is 0, blue above it, orange below; ink is white. All kinds of eyes tell them apart.

const NOTHING = [30, 36, 46];
const FOR = [122, 200, 255];
const AGAINST = [255, 145, 48];
const INK = [255, 255, 255];
// Below 1, so that the hue of small values can be seen.
const CONTRAST = 0.7;
const LINE_FOR = "#1c83e1";
const LINE_AGAINST = "#d95f02";
const FRAME = "#ffd23f";
const SHADES = 255;

const mixed = (end, share) => NOTHING.map((from, at) => Math.round(from + share * (end[at] - from)));
const palette = (below, above, contrast) =>
  Array.from({ length: 2 * SHADES + 1 }, (_, at) => mixed(at < SHADES ? below : above, Math.abs(at / SHADES - 1) ** contrast));
const SIGNED = palette(AGAINST, FOR, CONTRAST);
const INKED = palette(AGAINST, INK, 1);
// The same as numbers of 32 bits, as pictures have them.
const asPixels = (colours) => Uint32Array.from(colours, ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red);
const [SIGNED_PIXELS, INKED_PIXELS] = [asPixels(SIGNED), asPixels(INKED)];

const shadeOf = (value, most) => SHADES + Math.round(SHADES * Math.min(Math.max(value / (most || 1), -1), 1));

// A colour for the background of a number, and the one of the two that can be read on it.
function colours(value, most, isInk) {
  const [red, green, blue] = (isInk ? INKED : SIGNED)[shadeOf(value, most)];
  // Luminance at which black and white stand out equally (WCAG 2.2), with a gamma of 2.2 for sRGB's.
  const luminance = (0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2) / 255 ** 2.2;
  return [`rgb(${red},${green},${blue})`, luminance > 0.179 ? "#000" : "#fff"];
}

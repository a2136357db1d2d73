// The answer as HTML, as mnist_ui/figures/answer.py makes it: `html` are the templates that come from there.
import { filled } from "./verdict.js";

// `read` is what a reader gives; boxes of several digits are placed on what is so wide and so high.
export function answerOf({ digits, probabilities, boxes, verdict }, html, [width, height]) {
  const { sign, headline, reason } = verdict;
  const words = filled(html.words, { headline: escaped(headline), more: escaped(reason) });
  const rows =
    digits.length === 1
      ? filled(html.bars, { rows: joined([...probabilities[0]].map((share, digit) => bar(`${digit}`, share, `${digit}` === sign, html))) })
      : ofNumber(probabilities, boxes, [...sign], html, [width, height]);
  const label = escaped(`${sign}. ${headline}. ${reason}`);
  return filled(html.section, { sign, signs: sign.length, lines: 1, label, words, rows });
}

const joined = (parts) => parts.join("");

function ofNumber(probabilities, boxes, signs, html, [width, height]) {
  const isRead = (index) => /\d/.test(signs[index]);
  const bars = signs.map((sign, index) => bar(sign, Math.max(...probabilities[index]), isRead(index), html));
  const around = boxes.map((box, index) => {
    const kind = isRead(index) ? html.is_read : html.is_doubt;
    const [left, top] = [hundredths(box.x / width), hundredths(box.y / height)];
    const sides = { width: hundredths(box.width / width), height: hundredths(box.height / height) };
    return filled(html.box, { kind, left, top, ...sides, sign: signs[index] });
  });
  return filled(html.bars_of_number, { rows: joined(bars) }) + filled(html.boxes, { rows: joined(around) });
}

const hundredths = (share) => (100 * share).toFixed(2);

function bar(name, share, isAnswer, html) {
  const mark = isAnswer ? html.mark : "";
  return filled(html.bar, { mark, name, width: (100 * share).toFixed(1), share: percent(share, html.percent) });
}

// A share as a person reads it: never 100 %, as a network is never certain.
function percent(share, { least, most, parts: [before, within, after] }) {
  if (share > 0 && share < 0.0005) return least;
  if (share >= 0.9995) return most;
  return before + (100 * share).toFixed(1).replace(".", within) + after;
}

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#x22;", "'": "&#x27;" };

function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign]);
}

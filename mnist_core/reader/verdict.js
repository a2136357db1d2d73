// What is said of the digits that were read, as mnist_core/model/doubt.py says it. `words` come from there, in the
// visitor's language and with the model's own figures.

// Gives { sign, headline, reason } of digits, each { probabilities, novelty }.
export function verdictOf(digits, words) {
  const told = digits.map((digit) => toldOf(digit, words));
  const sign = told.map((each) => each.sign).join("");
  if (told.length === 1) return { sign, headline: told[0].headline, reason: reasonOf(digits[0], told[0], words) };
  const count = told.length;
  const doubtful = [...told.keys()].filter((index) => told[index].doubt);
  if (!doubtful.length) {
    const probabilities = digits.map(probabilityOf);
    const index = probabilities.indexOf(Math.min(...probabilities));
    const reason = filled(binOf(digits[index], words).of_least, { place: placeOf(index, words) });
    return { sign, headline: filled(told[index].of_numbers, { count }), reason };
  }
  const [first] = doubtful;
  const headline =
    doubtful.length === 1
      ? filled(words.in_doubt.one, { count, place: placeOf(first, words) })
      : filled(words.in_doubt.many, { count, doubtful: doubtful.length });
  return { sign, headline, reason: reasonOf(digits[first], told[first], words, placeOf(first, words, true)) };
}

export function probabilityOf({ probabilities }) {
  return probabilities.reduce((one, other) => Math.max(one, other));
}

// A text with something in the place of each name in braces.
export function filled(text, figures) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
}

// Sign and headline of one digit, and which doubt there is.
function toldOf(digit, words) {
  const { unknown, levels, sure, novel } = words;
  if (digit.novelty >= novel) return { sign: unknown, headline: words.no_digit, doubt: "nothing_like_it" };
  const probability = probabilityOf(digit);
  if (probability < sure) {
    return { sign: unknown, headline: words.guessed, doubt: likely(digit, words).length === 2 ? "one_of_two" : "one_of_three" };
  }
  const { headline, of_numbers } = levels.find(({ from }) => probability >= from);
  return { sign: String(digit.probabilities.indexOf(probability)), headline, of_numbers };
}

// Why it is in doubt, of one among others with its place; or how often such an answer is right.
function reasonOf(digit, { doubt }, words, place = "") {
  if (!doubt) return binOf(digit, words).alone;
  const [first, second, third] = likely(digit, words).map((each) => words.one_of[each]);
  return filled(words[doubt][place ? "of_many" : "alone"], { first, second, third, place });
}

// What was counted of answers about as probable.
function binOf(digit, words) {
  const probability = probabilityOf(digit);
  return words.worth.findLast(({ from }) => from <= probability);
}

// The two most probable digits, and a third if it is probable too; the smallest first.
function likely({ probabilities }, { worth_naming: worthNaming }) {
  const order = [...probabilities.keys()].sort((one, other) => probabilities[other] - probabilities[one] || other - one);
  const third = order.slice(2, 3).filter((each) => probabilities[each] >= worthNaming);
  return [...order.slice(0, 2), ...third].sort((one, other) => one - other);
}

function placeOf(index, words, isStart = false) {
  const named = isStart ? "start" : "end";
  return words.places[index]?.[named] ?? filled(words.place[named], { index: index + 1 });
}

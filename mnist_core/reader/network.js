// A network that reads 28 x 28 pixels, made of the bytes of its LiteRT graph.
import { damaged, ReaderError, unknown } from "./errors.js";
import { graphOf } from "./graph.js";
import { MADE, matrixOf } from "./operators.js";
import { isQuick, Products } from "./products.js";

const CLASSES = 10;

// Gives a function from pixels (a Uint8Array of 784, ink 255) to { probabilities, novelty, features }.
export function networkOf(bytes, quick = isQuick()) {
  const { tensors, operators, inputs, outputs } = graphOf(bytes);
  const image = tensors[inputs.image];
  const given = ["probabilities", "novelty", "features"].map((name) => tensors[outputs[name]]);
  if (image?.size !== 784 || given[0]?.size !== CLASSES || given[1]?.size !== 1 || !given[2]?.size) {
    throw unknown(`${JSON.stringify(outputs)} of ${JSON.stringify(inputs)}`);
  }
  try {
    const steps = stepsOf(tensors, operators, image, quick);
    return (pixels) => {
      for (let at = 0; at < image.size; at += 1) image.data[at] = pixels[at] / 255;
      for (const step of steps) step();
      const [probabilities, novelty, features] = given.map(({ data }) => data.slice());
      return { probabilities, novelty: novelty[0], features };
    };
  } catch (error) {
    if (error instanceof ReaderError) throw error;
    throw damaged(error);
  }
}

// What is done for each image, in its order; what is made of constants alone is done at once.
function stepsOf(tensors, operators, image, quick) {
  const fixed = new Set(tensors.filter(({ data }) => data));
  const wanted = operators.map((operator) => {
    const [inputs, output] = [operator.inputs.map((index) => tensors[index]), tensors[operator.output]];
    output.data ??= new Float32Array(output.size);
    const each = { ...operator, inputs, output };
    return { ...each, matrix: matrixOf(each) };
  });
  image.data = new Float32Array(image.size);
  const products = new Products(sizes(wanted), quick);
  const steps = [];
  for (const operator of wanted) {
    const step = MADE[operator.kind](operator, products);
    if (operator.inputs.every((input) => !input || fixed.has(input))) {
      step();
      fixed.add(operator.output);
    } else {
      steps.push(step);
    }
  }
  return steps;
}

// Room for all weights, and for the largest patches and results; each operator is told its place.
function sizes(operators) {
  const room = { weights: 0, patches: 0, results: 0 };
  for (const operator of operators) {
    const { matrix } = operator;
    if (!matrix) continue;
    operator.place = room.weights;
    room.weights += matrix.columns * matrix.length;
    room.patches = Math.max(room.patches, matrix.rows * matrix.length);
    room.results = Math.max(room.results, matrix.rows * matrix.columns);
  }
  return room;
}

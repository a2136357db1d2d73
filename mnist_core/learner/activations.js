// What happens to the sums of filters: `apply` adds the bias of each filter and bends the result; `slope` multiplies what
// the error gains by a result with what the result gains by its sum, which it takes from the result itself.
const bent = {
  linear: (sum) => sum,
  relu: (sum) => (sum > 0 ? sum : 0),
  sigmoid: (sum) => 1 / (1 + Math.exp(-sum)),
  tanh: Math.tanh,
};
const slopes = {
  linear: () => 1,
  relu: (result) => (result > 0 ? 1 : 0),
  sigmoid: (result) => result * (1 - result),
  tanh: (result) => 1 - result * result,
};

export const ACTIVATIONS = Object.keys(bent);

// A loop for each, so that each is compiled for itself: a call for every number would cost as much as the filters.
export function activationOf(name) {
  if (name === "relu") return { apply: applyRelu, slope: slopeRelu };
  const [bend, rise] = [bent[name], slopes[name]];
  const apply = (values, count, bias) => {
    for (let at = 0; at < count; ) {
      for (let filter = 0; filter < bias.length; filter += 1, at += 1) values[at] = bend(values[at] + bias[filter]);
    }
  };
  const slope = (gains, values, count) => {
    for (let at = 0; at < count; at += 1) gains[at] *= rise(values[at]);
  };
  return { apply, slope };
}

function applyRelu(values, count, bias) {
  for (let at = 0; at < count; ) {
    for (let filter = 0; filter < bias.length; filter += 1, at += 1) {
      const sum = values[at] + bias[filter];
      values[at] = sum > 0 ? sum : 0;
    }
  }
}

function slopeRelu(gains, values, count) {
  for (let at = 0; at < count; at += 1) if (!(values[at] > 0)) gains[at] = 0;
}

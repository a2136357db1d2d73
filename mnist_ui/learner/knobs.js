// The knobs: radio buttons for each, and a number for the seed. Which there are, and all words, come from Python.
class Knobs {
  constructor(form, onChange) {
    Object.assign(this, { form, onChange, settings: {} });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => this.hear(target));
  }

  // `knobs`: name, title, hint, and its choices as [value, words]; the one without choices is a number up to `most`.
  show(knobs, settings) {
    const said = JSON.stringify(knobs);
    if (said !== this.said) this.form.replaceChildren(...knobs.map((knob) => this.made(knob)));
    this.said = said;
    this.knobs = knobs;
    this.set(settings);
  }

  made({ name, title, hint, choices, most }) {
    const knob = tag("fieldset", { className: "learner-knob" });
    const legend = tag("legend", { textContent: title });
    const row = tag("div");
    const help = tag("small", { textContent: hint, id: `learner-${name}-hint` });
    if (choices) {
      for (const [value, words] of choices) row.append(choice(`learner-${name}`, JSON.stringify(value), words));
    } else {
      const input = tag("input", { type: "number", name: `learner-${name}`, min: 0, max: most, step: 1 });
      input.setAttribute("aria-label", title);
      row.append(input);
    }
    knob.setAttribute("aria-describedby", help.id);
    knob.append(legend, row, help);
    return knob;
  }

  set(settings) {
    this.settings = { ...settings };
    for (const { name, choices } of this.knobs) {
      const inputs = this.form.elements[`learner-${name}`];
      if (choices) inputs.value = JSON.stringify(settings[name]);
      else inputs.value = settings[name];
    }
  }

  hear(input) {
    const name = input.name.replace("learner-", "");
    const { choices, most } = this.knobs.find((each) => each.name === name);
    let value = choices ? JSON.parse(input.value) : Math.round(Number(input.value));
    if (!choices) {
      value = Math.min(most, Math.max(0, value || 0));
      input.value = value;
    }
    if (this.settings[name] === value) return;
    this.settings = { ...this.settings, [name]: value };
    this.onChange(name, this.settings);
  }
}

// A radio button as a segment.
function choice(name, value, words, checked = false) {
  const label = tag("label");
  label.append(tag("input", { type: "radio", name, value, checked }), tag("span", { textContent: words }));
  return label;
}

function tag(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

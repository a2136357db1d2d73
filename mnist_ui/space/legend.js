// The legend: what the colours tell, and buttons that hide and show digits and classes.

class Legend {
  constructor(space) {
    this.space = space;
  }

  show() {
    const { space } = this;
    const colouring = space.data.colourings[space.colouring];
    const ofDigits = isOfDigits(colouring, space.points);
    const there = [...new Set(space.points.labels)].sort((a, b) => a - b);
    this.chips("digits", there, space.points.hiddenDigits, (digit) => [`${digit}`, ofDigits && colouring.colours[digit]]);
    const isScale = colouring.names.length !== colouring.colours.length;
    const classes = space.find("classes");
    classes.hidden = ofDigits;
    classes.className = `space-classes${isScale ? " is-scale" : ""}`;
    if (isScale) {
      const ramp = document.createElement("span");
      ramp.className = "space-ramp";
      ramp.style.background = `linear-gradient(to right, ${colouring.colours.join()})`;
      classes.replaceChildren(colouring.names[0], ramp, colouring.names[1]);
    } else if (!ofDigits) {
      const label = (number) => [colouring.names[number], colouring.colours[number]];
      this.chips("classes", [...colouring.names.keys()], space.points.hiddenClasses, label);
    }
    space.find("clear").hidden = !space.points.selected;
  }

  chips(group, numbers, hidden, look) {
    const made = numbers.map((number) => {
      const button = document.createElement("button");
      const [text, colour] = look(number);
      Object.assign(button, { type: "button", textContent: text, className: colour ? "has-colour" : "" });
      button.style.setProperty("--colour", colour || "transparent");
      button.setAttribute("aria-pressed", !hidden.has(number));
      const [what, named] = group === "digits" ? ["Digit", { digit: text }] : ["Class", { class: text }];
      button.setAttribute("aria-label", this.space.word(`show${what}`, named));
      button.title = this.space.word(`hide${what}`, named);
      button.onclick = (event) => this.hide(hidden, number, numbers, event.detail > 1, group);
      return button;
    });
    // A rebuilt button would lose the focus.
    const old = this.space.find(group).children;
    if (old.length === made.length) {
      made.forEach((button, at) => {
        for (const { name, value } of button.attributes) old[at].setAttribute(name, value);
        Object.assign(old[at], { textContent: button.textContent, onclick: button.onclick });
      });
    } else {
      this.space.find(group).replaceChildren(...made);
    }
  }

  hide(hidden, number, all, isOnly, group) {
    if (isOnly) {
      const wasOnly = this.soloed === `${group}${number}`;
      this.soloed = wasOnly ? null : `${group}${number}`;
      hidden.clear();
      if (!wasOnly) for (const each of all) if (each !== number) hidden.add(each);
    } else if (!hidden.delete(number)) {
      hidden.add(number);
    }
    this.space.points.colour();
    this.show();
    this.space.memory.keep();
    this.space.request();
  }
}

// Whether the colours tell the labels: then the digits' own buttons are the legend.
function isOfDigits({ names }, { classes, labels }) {
  return names.join("") === "0123456789" && classes.every((each, index) => each === labels[index]);
}

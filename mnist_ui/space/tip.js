// The tip: what a point is, beside it; and the pictures of points, kept once they are loaded.

const TIP_SIDE = 84;
const MOST_PICTURES = 500;

class Tip {
  constructor(space) {
    this.space = space;
    this.element = document.createElement("div");
    Object.assign(this.element, { className: "space-tip", hidden: true });
  }

  show(index, panel) {
    const { space, element: tip } = this;
    const { points } = space;
    const label = points.labels[index];
    const image = space.data.pictures ? new Image(TIP_SIDE, TIP_SIDE) : null;
    if (image) {
      const onerror = () => image.remove(); // the dataset is not on this machine
      Object.assign(image, { src: space.pictures.url(index), alt: space.word("picture", { digit: label }), onerror });
    }
    const text = document.createElement("span");
    const lines = [space.word("label", { digit: label }), space.reading(index), space.name(index)].filter(Boolean);
    lines.forEach((line, at) => {
      const part = document.createElement(at ? "small" : "strong");
      part.textContent = line;
      text.append(part);
    });
    tip.replaceChildren(...(image ? [image, text] : [text]));
    tip.dataset.index = index;
    tip.classList.toggle("is-wrong", Boolean(points.read) && points.read[index] !== label);
    tip.style.setProperty("--colour", space.digitColour(label));
    const [x, y] = panel.placeOf(index);
    const { offsetLeft, offsetTop } = panel.element;
    const stage = space.find("stage");
    const left = offsetLeft + x + (x > panel.width - tip.offsetWidth - 24 ? -tip.offsetWidth - 18 : 18);
    const top = Math.min(stage.clientHeight - tip.offsetHeight - 6, Math.max(6, offsetTop + y - tip.offsetHeight / 2));
    Object.assign(tip.style, { left: `${Math.max(4, left)}px`, top: `${top}px` });
  }
}

class Pictures {
  constructor(space) {
    this.space = space;
    this.images = new Map();
  }

  url(index) {
    return `${this.space.data.pictures}/${this.space.points.number(index)}.png`;
  }

  of(index) {
    return this.space.data.pictures ? this.at(this.url(index)) : null;
  }

  // An image once it is loaded; until then null, and the map is painted again when it is there.
  at(url) {
    if (!this.images.has(url)) {
      const image = new Image();
      image.onload = () => this.space.requestMarks();
      image.src = url;
      this.images.set(url, image);
      if (this.images.size > MOST_PICTURES) this.images.delete(this.images.keys().next().value);
    }
    const image = this.images.get(url);
    return image.complete && image.naturalWidth ? image : null;
  }
}

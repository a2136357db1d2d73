// The wall: one element a digit, known by its id. New ones come in at the front; those that are gone are taken away.

export default function ({ data: [data], parentElement, setStateValue }) {
  const root = parentElement.querySelector(".wall");
  root.wall ??= new Wall(root);
  root.wall.take(data, setStateValue);
}

class Wall {
  constructor(root) {
    this.list = root.querySelector(".wall-tiles");
    this.empty = root.querySelector(".wall-empty");
    this.picked = "";
    this.isPainted = false;
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) this.pick(item.dataset.id);
    });
  }

  take({ tiles, title, empty }, setStateValue) {
    this.setStateValue = setStateValue;
    this.list.setAttribute("aria-label", title);
    this.empty.textContent = empty;
    this.empty.hidden = tiles.length > 0;
    const known = new Map([...this.list.children].map((item) => [item.dataset.id, item]));
    tiles.forEach((tile, place) => {
      const item = known.get(tile.id) ?? this.make(tile);
      known.delete(tile.id);
      write(item, tile);
      if (this.list.children[place] !== item) this.list.insertBefore(item, this.list.children[place] ?? null);
    });
    for (const gone of known.values()) gone.remove();
    if (this.picked && !tiles.some(({ id }) => id === this.picked)) this.pick(this.picked);
    this.isPainted = true;
  }

  make({ id, src }) {
    const item = document.createElement("li");
    item.dataset.id = id;
    item.innerHTML = '<button type="button" aria-pressed="false"><img alt=""><b></b><small></small></button>';
    item.querySelector("img").src = src;
    if (this.isPainted) item.className = "is-new";
    return item;
  }

  pick(id) {
    this.picked = this.picked === id ? "" : id;
    for (const item of this.list.children) {
      item.firstElementChild.setAttribute("aria-pressed", String(item.dataset.id === this.picked));
    }
    this.setStateValue("picked", this.picked);
  }
}

function write(item, { mark, text, alias, spoken }) {
  const button = item.firstElementChild;
  if (button.dataset.mark === mark && button.getAttribute("aria-label") === spoken) return;
  button.dataset.mark = mark;
  button.setAttribute("aria-label", spoken);
  button.querySelector("b").textContent = text;
  button.querySelector("small").textContent = alias;
}

// A picture with boxes on what was found. A tap on a digit's box looks at that digit; a part can be cut out, with a
// finger, a mouse or the arrow keys.

const STEP = 0.02; // of the picture, for an arrow key
const LEAST = 0.05; // of the picture: the smallest part

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".photo");
  if (root.cut && root.data.src !== data.src) root.cut = null; // another picture
  root.data = data;
  root.ask = (what) => setTriggerValue("asked", what);
  const picture = root.querySelector("img");
  if (picture.getAttribute("src") !== data.src) picture.src = data.src;
  picture.alt = data.alt;
  root.style.setProperty("--ratio", data.ratio);
  showTools(root);
  showBoxes(root);
}

function showTools(root) {
  const { words, is_whole: isWhole } = root.data;
  const tools = root.querySelector(".photo-tools");
  tools.setAttribute("aria-label", words.tools);
  const held = [...tools.children].indexOf(tools.getRootNode().activeElement);
  const buttons = root.cut
    ? [button(words.apply, () => finish(root), "is-main"), button(words.cancel, () => crop(root, null))]
    : [button(words.crop, () => crop(root, [0.1, 0.1, 0.9, 0.9])), button(words.turn, () => root.ask({ turn: true }))];
  if (!root.cut && !isWhole) buttons.push(button(words.whole, () => root.ask({ whole: true })));
  tools.replaceChildren(...buttons);
  buttons[held]?.focus();
}

function button(text, act, kind = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: kind });
  made.addEventListener("click", act);
  return made;
}

function showBoxes(root) {
  const { boxes, which, words } = root.data;
  const list = root.querySelector(".photo-boxes");
  const held = [...list.children].findIndex((each) => each.contains(list.getRootNode().activeElement));
  list.setAttribute("aria-label", words.found);
  list.replaceChildren(...boxes.map((box) => boxOf(root, box, which)));
  list.children[held]?.querySelector("button")?.focus();
}

function boxOf(root, box, which) {
  const item = document.createElement("li");
  item.className = `is-${box.kind}`;
  for (const side of ["left", "top", "width", "height"]) item.style[side] = `${box[side]}%`;
  item.style.setProperty("--top", box.top);
  const label = Object.assign(document.createElement("span"), { textContent: box.sign });
  if (box.which === null) {
    item.append(label);
    item.setAttribute("aria-label", box.name);
    item.title = box.name;
    return item;
  }
  label.ariaHidden = "true";
  const look = button("", () => root.ask({ which: box.which }));
  look.append(label);
  look.setAttribute("aria-label", box.name);
  look.setAttribute("aria-current", `${box.which === which}`);
  look.title = box.name;
  item.append(look);
  return item;
}

function finish(root) {
  const part = root.cut;
  crop(root, null);
  root.ask({ crop: part });
}

// Begins or ends to choose a part: left, top, right and bottom, in shares of the picture.
function crop(root, part) {
  const paper = root.querySelector(".photo-paper");
  root.cut = part;
  paper.classList.toggle("is-cropping", Boolean(part));
  paper.querySelector(".photo-part")?.remove();
  showTools(root);
  if (!part) return root.querySelector(".photo-tools button").focus();
  const frame = document.createElement("div");
  frame.className = "photo-part";
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", root.data.words.part);
  const corners = [[0, 1], [2, 1], [0, 3], [2, 3]].map((sides, index) => cornerOf(root, frame, sides, index));
  frame.append(...corners);
  frame.addEventListener("pointerdown", (event) => {
    if (event.target === frame) drag(root, frame, event, [0, 1, 2, 3]);
  });
  paper.onpointerdown = (event) => {
    if (!root.cut || frame.contains(event.target)) return;
    const [x, y] = at(paper, event);
    root.cut = [x, y, Math.min(1, x + LEAST), Math.min(1, y + LEAST)];
    place(root, frame);
    drag(root, frame, event, [2, 3]);
  };
  paper.append(frame);
  place(root, frame);
  corners[0].focus();
}

function cornerOf(root, frame, sides, index) {
  const corner = button("", () => {}, "photo-corner");
  corner.setAttribute("aria-label", root.data.words.corners[index]);
  corner.style.left = sides[0] === 0 ? "0" : "100%";
  corner.style.top = sides[1] === 1 ? "0" : "100%";
  corner.style.cursor = index === 0 || index === 3 ? "nwse-resize" : "nesw-resize";
  corner.addEventListener("pointerdown", (event) => drag(root, frame, event, sides));
  corner.addEventListener("keydown", (event) => {
    const moved = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (event.key === "Escape") crop(root, null);
    if (event.key === "Enter") finish(root);
    if (moved) move(root, frame, root.cut, sides, moved);
    if (moved || event.key === "Enter") event.preventDefault();
  });
  return corner;
}

function drag(root, frame, event, sides) {
  event.preventDefault();
  const paper = frame.parentElement;
  const [began, before] = [at(paper, event), root.cut];
  const follow = (later) => {
    const [x, y] = at(paper, later);
    move(root, frame, before, sides, [x - began[0], y - began[1]]);
  };
  const end = () => {
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

// Moves some sides of a part; all four together keep their distance.
function move(root, frame, part, sides, [across, down]) {
  const moved = [...part];
  for (const side of sides) moved[side] += side % 2 ? down : across;
  if (sides.length === 4) {
    for (const [low, high] of [[0, 2], [1, 3]]) {
      const back = Math.max(0, -moved[low]) - Math.max(0, moved[high] - 1);
      moved[low] += back;
      moved[high] += back;
    }
  } else {
    for (const side of sides) {
      const [low, high] = side < 2 ? [0, moved[side + 2] - LEAST] : [moved[side - 2] + LEAST, 1];
      moved[side] = Math.min(Math.max(moved[side], low), high);
    }
  }
  root.cut = moved;
  place(root, frame);
}

function place(root, frame) {
  const [left, top, right, bottom] = root.cut;
  Object.assign(frame.style, { left: `${100 * left}%`, top: `${100 * top}%`, width: `${100 * (right - left)}%`, height: `${100 * (bottom - top)}%` });
}

function at(paper, event) {
  const area = paper.getBoundingClientRect();
  return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
}

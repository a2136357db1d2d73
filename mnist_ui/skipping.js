// The first thing that the Tab key comes to on every page: a link to what the page is there for.

const OVER = "skip-link";

export default function ({ data: [words] }) {
  const link = document.querySelector(`.${OVER}`) ?? document.body.insertBefore(document.createElement("a"), document.body.firstChild);
  const aim = () => document.querySelector(".pad-canvas") ?? document.querySelector("[data-testid=stMain] h1");
  Object.assign(link, { className: OVER, href: "#" });
  // Which of the two it is, is known once it is needed: the pad may come later than this.
  const name = () => (link.textContent = aim()?.matches(".pad-canvas") ? words.pad : words.page);
  name();
  link.onfocus = name;
  link.onclick = (event) => {
    event.preventDefault();
    const to = aim();
    if (to?.tagName === "H1") to.tabIndex = -1;
    to?.focus();
  };
}

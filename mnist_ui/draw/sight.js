// Says whether a part of the page is on the screen; that it has left it, once it stays away.

const LEFT_MS = 1000;

export default function ({ data: [{ place }], parentElement, setStateValue }) {
  let leaving = null;
  const tell = (isSeen) => {
    if (parentElement.isSeen === isSeen) return;
    parentElement.isSeen = isSeen;
    setStateValue("seen", isSeen);
  };
  const observer = new IntersectionObserver((changes) => {
    clearTimeout(leaving);
    if (changes.at(-1).isIntersecting) tell(true);
    else leaving = setTimeout(() => tell(false), parentElement.isSeen ? LEFT_MS : 0);
  });
  observer.observe(parentElement.closest(place));
  return () => {
    clearTimeout(leaving);
    observer.disconnect();
  };
}

// What the browser keeps for the app, as JSON: a tab's own storage outlives a reload, another page and a restart of the
// server; the local one outlives the tab, too, and all tabs have it.

const STORED_AS = "mnist-studio-";
const TAB = "sessionStorage";
const LOCAL = "localStorage";

function isNothing(value) {
  return value === null || (typeof value === "object" && !Object.keys(value).length);
}

function remember(storage, name, value) {
  try {
    if (isNothing(value)) window[storage].removeItem(STORED_AS + name);
    else window[storage].setItem(STORED_AS + name, JSON.stringify(value));
  } catch (error) {
    console.warn("Not remembered:", name, error);
  }
}

// What is kept, as `take` makes something of it; null for nothing, and for what `take` cannot use.
function recall(storage, name, take = (kept) => kept) {
  try {
    const kept = JSON.parse(window[storage].getItem(STORED_AS + name) ?? "null");
    return isNothing(kept) ? null : take(kept);
  } catch (error) {
    console.warn("Not recalled:", name, error);
    return null;
  }
}

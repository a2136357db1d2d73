// The page around a pad: its words, its languages, and who reads. `[data-page]` are the places of words of the record.

// Shows a record's words; `choose` is called with the language that somebody picks.
export function openShell(pad, choose) {
  const select = document.querySelector("#language");
  select.addEventListener("change", () => {
    pad.setAttribute("language", select.value);
    choose(select.value);
  });
  pad.addEventListener("ready", ({ detail: { record, isHere, fault } }) => {
    if (!record) return;
    document.documentElement.lang = select.value = record.language;
    document.title = record.page.title;
    for (const each of document.querySelectorAll("[data-page]")) each.textContent = record.page[each.dataset.page];
    const lines = record.about.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
    document.querySelector("#about").replaceChildren(...lines);
    const where = document.querySelector("#where");
    const isElsewhere = fault && !isHere && pad.source.canAsk;
    where.textContent = isHere ? record.page.here : isElsewhere ? record.page.server : "";
  });
}

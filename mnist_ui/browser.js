// The browser keeps what Python tells it, and tells what it knows when Python asks.

const written = new Map(); // the last edition that was written, by name
const followers = new Map(); // who wants to hear of other tabs, by name

addEventListener("storage", ({ key }) => {
  for (const [name, tell] of followers) {
    if (key === null || key === STORED_AS + name) tell(recall(LOCAL, name));
  }
});

export default function ({ data: [data], setStateValue }) {
  const { name, edition } = data;
  const storage = data.is_of_tab ? TAB : LOCAL;
  const tell = (value) => setStateValue("found", { value });
  if (data.is_followed) followers.set(name, tell);
  // An older edition comes from a server that has begun again.
  const isNew = edition === null ? !data.is_sought : edition > (written.get(name) ?? 0);
  if (isNew) remember(storage, name, data.most ? merged(recall(storage, name), data) : data.value);
  written.set(name, edition);
  if (!data.is_sought) return;
  const found = recall(storage, name) ?? (data.most ? {} : null);
  if (found !== null) tell(found);
}

// Changes are told one by one, so that two tabs with an entry each do not take the other's away.
function merged(kept, { value, most }) {
  const others = Object.entries(kept ?? {}).filter(([entry]) => !(entry in value));
  const added = Object.entries(value).filter(([, content]) => content);
  return Object.fromEntries([...others, ...added].slice(-most));
}

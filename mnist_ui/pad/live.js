// Reading in the browser itself. What it takes is fetched once the pad is there; until then, and wherever this cannot
// read, the server does.

// A reading that takes longer than this would hold up the pen: the server has more time.
const MOST_MS = 80;
const LATEST_MS = 2000;

class Live {
  constructor(root) {
    Object.assign(this, { root, address: "", free: 0 });
  }

  // Where the record of the model and the language is; empty where only the server may read with that model.
  take(address) {
    if (address === this.address) return;
    Object.assign(this, { address, reader: undefined });
    delete this.root.dataset.reads;
    // The page has more urgent things to fetch first, and a hand takes longer than that.
    if (address) (window.requestIdleCallback ?? setTimeout)(() => this.load(address), { timeout: LATEST_MS });
  }

  async load(address) {
    if (address !== this.address) return;
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${address} has status ${response.status}`);
      const record = await response.json();
      const { answerOf, isQuick, loadReader } = await import(new URL(record.reader, document.baseURI).href);
      // Plain JavaScript reads a digit in about as much time as the server, and keeps the page from everything else.
      if (!isQuick()) return;
      const reader = await loadReader(record);
      if (address !== this.address) return;
      Object.assign(this, { reader, painted: (read) => answerOf(read, record.answer, [SIDE, SIDE]) });
      this.root.dataset.reads = "here";
    } catch (error) {
      console.warn("The server reads:", error);
    }
  }

  // How many milliseconds are to be left to the pen before the next reading: as many as the last one took.
  get rest() {
    return this.reader ? this.free - performance.now() : 0;
  }

  // The answer as HTML; undefined where the server has to give it.
  answer(strokes) {
    if (!this.reader) return undefined;
    const begun = performance.now();
    const widths = strokes.map(({ width }) => width).sort((one, other) => one - other);
    try {
      const read = this.reader.read(strokes.map(({ points }) => points), widths[widths.length >> 1], MOST_MS);
      return this.painted(read);
    } catch (error) {
      if (error.name !== "ReaderError") console.warn("The server reads:", error);
      return undefined;
    } finally {
      const now = performance.now();
      this.free = now + (now - begun);
    }
  }
}

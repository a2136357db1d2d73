// The page that is one file: its records and its graph are in it, and it asks nobody for anything.
import { DigitPad } from "./digit_pad.js";
import { damaged, ReaderError } from "./errors.js";
import { Reader } from "./reader.js";
import { sha256 } from "./sha256.js";
import { openShell } from "./shell.js";

const CHOSEN = "mnist-studio-language";

class HomeSource {
  canAsk = false;

  constructor(records, graph) {
    Object.assign(this, { records, graph });
  }

  async record(language) {
    return this.records[language] ?? Object.values(this.records)[0];
  }

  async reader(record) {
    try {
      const bytes = await this.graph;
      if (sha256(bytes) !== record.model.sha256) throw damaged("another graph");
      return new Reader(record, bytes);
    } catch (error) {
      throw error instanceof ReaderError ? error : damaged(error);
    }
  }
}

// `records` by language; `graph` is a promise of the bytes.
export function open(records, graph) {
  DigitPad.prototype.source = new HomeSource(records, graph);
  const pad = document.querySelector("digit-pad");
  openShell(pad, choose);
  const wanted = [...navigator.languages].map((each) => each.split("-")[0]);
  const own = document.documentElement.lang.split("-")[0];
  // In the language that was chosen before, else of whoever opens it, else of whoever took it home.
  pad.setAttribute("language", [chosen(), ...wanted].find((each) => each in records) ?? own);
  customElements.define("digit-pad", DigitPad);
}

function choose(language) {
  try {
    localStorage.setItem(CHOSEN, language);
  } catch {
    // A browser that keeps nothing: it is spoken as long as the page lives.
  }
}

function chosen() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

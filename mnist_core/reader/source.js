// Where a pad on a page of a server gets what it reads with; and the server itself, which reads where the browser cannot.
import { ReaderError } from "./errors.js";
import { loadReader } from "./reader.js";
import { PEN, SIDE } from "./paper.js";

const TIMEOUT_MS = 10000;

export class Source {
  // `address`: of the record, without a query.
  constructor(address) {
    this.address = address;
  }

  // The record of a model, in a language; by default the server's own, and the browser's.
  async record(language, model) {
    const address = new URL(this.address);
    if (language) address.searchParams.set("language", language);
    if (model) address.searchParams.set("model", model);
    const response = await this.fetched(address);
    const record = await response.json();
    if (!response.ok) throw new ReaderError("missing", record.error ?? `${address} has status ${response.status}.`);
    return record;
  }

  // The reader of a record. A file that is not the one may be a damaged copy that the browser keeps: then it is fetched anew.
  async reader(record) {
    const model = { ...record.model, address: new URL(record.model.address, this.address).href };
    try {
      return await loadReader({ ...record, model });
    } catch (error) {
      if (error.code === "missing") throw error;
      return loadReader({ ...record, model }, (address) => fetch(address, { cache: "reload" }));
    }
  }

  // Whether the server that the record comes from may be asked: it answers its own pages alone.
  get canAsk() {
    return new URL(this.address).origin === location.origin;
  }

  // What the server reads, each digit { probabilities, novelty, box }.
  async asked(strokes, { server, model }) {
    const body = { strokes: strokes.map((points) => ({ width: PEN, points })), size: [SIDE, SIDE], model: model.name };
    const response = await this.fetched(new URL(server, this.address), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const { digits, error } = await response.json();
    if (!response.ok) throw new ReaderError("refused", error);
    return digits.map(({ probabilities, novelty, box: [x, y, width, height] }) => {
      return { probabilities: Float32Array.from(probabilities), novelty, box: { x, y, width, height } };
    });
  }

  async fetched(address, options = {}) {
    try {
      return await fetch(address, { ...options, signal: AbortSignal.timeout?.(TIMEOUT_MS) });
    } catch (error) {
      throw new ReaderError("missing", `${address.href} cannot be reached. Received: ${error.message}.`);
    }
  }
}

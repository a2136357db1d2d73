// What a reader cannot read, or cannot read with.

export class ReaderError extends Error {
  // `code` is for programs; the sentence, which ends with what was received, for whoever looks into the console.
  constructor(code, sentence) {
    super(sentence);
    this.name = "ReaderError";
    this.code = code;
  }
}

// The graph is not what its bytes should be.
export const damaged = (received) =>
  new ReaderError("damaged", `The model's file is damaged. Received: ${received}. Load the page again.`);

// The graph is whole, but nothing that this reader knows.
export const unknown = (received) =>
  new ReaderError("unknown", `The model has something that this reader does not know. Received: ${received}.`);

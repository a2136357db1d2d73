// Makes kernel.js of kernel.wat with wabt: `make kernel` fetches wabt and says where it lies.
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const FOLDER = join(__dirname, "..", "mnist_core", "reader");

async function main() {
  const wabt = await require("wabt")();
  const text = readFileSync(join(FOLDER, "kernel.wat"), "utf8");
  const module = wabt.parseWat("kernel.wat", text, { simd: true });
  module.resolveNames();
  module.validate();
  const { buffer } = module.toBinary({});
  const sha256 = createHash("sha256").update(text).digest("hex");
  const code = [
    "// kernel.wat as WebAssembly: `make kernel` writes this file.",
    `// The SHA-256 of that text: ${sha256}`,
    "export const KERNEL =",
    `  "${Buffer.from(buffer).toString("base64")}";`,
  ];
  writeFileSync(join(FOLDER, "kernel.js"), `${code.join("\n")}\n`);
  console.log(`${buffer.length} bytes.`);
}

main();

// Makes the scripts of the WebAssembly texts with wabt: `make kernel` fetches wabt and says where it lies.
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const KERNELS = ["reader/kernel", "learner/sums"];

async function main() {
  const wabt = await require("wabt")();
  for (const each of KERNELS) make(wabt, each);
}

function make(wabt, kernel) {
  const path = join(__dirname, "..", "mnist_core", kernel);
  const name = `${kernel.split("/")[1]}.wat`;
  const text = readFileSync(`${path}.wat`, "utf8");
  const module = wabt.parseWat(name, text, { simd: true });
  module.resolveNames();
  module.validate();
  const { buffer } = module.toBinary({});
  const sha256 = createHash("sha256").update(text).digest("hex");
  const code = [
    `// ${name} as WebAssembly: \`make kernel\` writes this file.`,
    `// The SHA-256 of that text: ${sha256}`,
    "export const KERNEL =",
    `  "${Buffer.from(buffer).toString("base64")}";`,
  ];
  writeFileSync(`${path}.js`, `${code.join("\n")}\n`);
  console.log(`${name}: ${buffer.length} bytes.`);
}

main();

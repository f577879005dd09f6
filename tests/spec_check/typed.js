// Checks SARIF files with TypeScript over the published declarations of SARIF 2.1.0 (@types/sarif): required members,
// enums, and no members that do not exist.
//
//     node typed.js FILE...         (NODE_PATH names the folder with typescript and @types/sarif)
//
// Prints one `FILE: problem` a line; exit 0 clean, 1 problems.
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const typescript = require("typescript");

const files = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "typed-"));
const declarations = path.join(process.env.NODE_PATH, "@types/sarif/index.d.ts").replace(/\.d\.ts$/, "");
const head = `import type { Log } from ${JSON.stringify(declarations)};`;
const sources = files.map((file, at) => {
  const source = path.join(folder, `log${at}.ts`);
  fs.writeFileSync(source, `${head}\nexport const log: Log = ${fs.readFileSync(file, "utf8")};`);
  return source;
});
const program = typescript.createProgram(sources, { noEmit: true, strict: true, types: [] });
const problems = typescript.getPreEmitDiagnostics(program).map((found) => {
  const text = typescript.flattenDiagnosticMessageText(found.messageText, " ").replace(/\s+/g, " ");
  return `${files[sources.indexOf(found.file?.fileName)] ?? "typed.js"}: ${text}`;
});
fs.rmSync(folder, { recursive: true });
console.log(problems.join("\n"));
process.exit(problems.length ? 1 : 0);

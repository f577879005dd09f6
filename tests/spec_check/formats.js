// Checks state machines with asl-validator and Karpenter's objects with the models made from its API types:
//
//     node formats.js ROOT          (NODE_PATH names the folder with both packages)
//
// Prints one `CASE/FORMAT/FILE: problem` a line; exit 0 clean, 1 problems.
"use strict";

const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const yaml = require("yaml");
const validate = require("asl-validator");
const root = process.argv[2];
const problems = [];

function found(format, name) {
  return fs
    .readdirSync(root)
    .sort()
    .map((kind) => path.join(kind, format, name))
    .filter((file) => fs.existsSync(path.join(root, file)));
}

for (const file of found("step-functions", "state-machine.json")) {
  const definition = JSON.parse(fs.readFileSync(path.join(root, file), "utf8"));
  const { isValid, errors } = validate(definition);
  if (!isValid) {
    for (const error of errors) problems.push(`${file}: ${error["Error code"]} ${error.Message || ""}`);
  }
}

// The package is an ES module, for which Node does not look into NODE_PATH.
async function model(group, kind) {
  const file = path.join(process.env.NODE_PATH, "@kubernetes-models/karpenter", group, "v1", "index.js");
  return (await import(pathToFileURL(file).href))[kind];
}

async function karpenter() {
  const KINDS = {
    NodePool: await model("karpenter.sh", "NodePool"),
    EC2NodeClass: await model("karpenter.k8s.aws", "EC2NodeClass"),
  };
  for (const file of found("kubernetes", "karpenter.yaml")) {
    for (const document of yaml.parseAllDocuments(fs.readFileSync(path.join(root, file), "utf8"))) {
      const value = document.toJS();
      const Kind = KINDS[value.kind];
      if (!Kind) {
        problems.push(`${file}: unknown kind ${value.kind}`);
        continue;
      }
      try {
        new Kind(value).validate();
      } catch (error) {
        problems.push(`${file}: ${value.kind}: ${error.message.replace(/\s+/g, " ")}`);
      }
    }
  }
}

karpenter().then(() => {
  console.log(problems.join("\n"));
  process.exit(problems.length ? 1 : 0);
});

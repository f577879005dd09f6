// Checks state machines with asl-validator and Karpenter's objects with the models made from its API types: their
// validators (required members, patterns, enums, ranges), and TypeScript over their declarations (no other members).
// What only the CRDs hold (rules between fields, forms of labels) is checked here by hand, as far as a spec uses it.
//
//     node formats.js ROOT          (NODE_PATH names the folder with the packages)
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

const KINDS = { NodePool: "karpenter.sh", EC2NodeClass: "karpenter.k8s.aws" };

async function karpenter() {
  const declared = [];
  for (const file of found("kubernetes", "karpenter.yaml")) {
    for (const document of yaml.parseAllDocuments(fs.readFileSync(path.join(root, file), "utf8"))) {
      const value = document.toJS();
      const group = KINDS[value.kind];
      if (!group) {
        problems.push(`${file}: unknown kind ${value.kind}`);
        continue;
      }
      // The interface has the very version as the only value of `apiVersion`.
      declared.push({ file, kind: value.kind, value });
      for (const text of relations(value)) problems.push(`${file}: ${value.kind}: ${text}`);
      try {
        new (await model(group, value.kind))(value).validate();
      } catch (error) {
        problems.push(`${file}: ${value.kind}: ${error.message.replace(/\s+/g, " ")}`);
      }
    }
  }
  members(declared);
  for (const { file, kind, value } of declared) {
    const ref = kind === "NodePool" && value.spec.template?.spec?.nodeClassRef?.name;
    const has = (other) => other.file === file && other.kind === "EC2NodeClass" && other.value.metadata.name === ref;
    if (ref && !declared.some(has)) problems.push(`${file}: NodePool: there is no EC2NodeClass ${ref}`);
  }
}

const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const KARPENTERS_OWN = ["karpenter.sh/nodepool", "kubernetes.io/hostname"];

// Karpenter's rules in CEL and the forms of labels, which its CRDs add to the API types (documentation, v1).
function* relations({ kind, spec }) {
  if (kind === "NodePool") {
    const template = spec.template || {};
    const labels = Object.entries(template.metadata?.labels || {});
    const taints = (template.spec?.taints || []).map((taint) => [taint.key, taint.value]);
    for (const [key, value] of [...labels, ...taints]) {
      if (!LABEL_VALUE.test(value) || value.length > 63) yield `${key}: ${value} is no label value`;
      if (KARPENTERS_OWN.includes(key)) yield `${key} is restricted`;
    }
    for (const { key, operator, values } of template.spec?.requirements || []) {
      if (operator === "In" && !(values || []).length) yield `${key}: requirements with operator In need a value`;
      if (KARPENTERS_OWN.includes(key)) yield `${key} is restricted`;
    }
    return;
  }
  if (!spec.role === !spec.instanceProfile) yield "needs either role or instanceProfile";
  const images = spec.amiSelectorTerms || [];
  if (images.some((term) => term.alias) && (images.length > 1 || Object.keys(images[0]).length > 1)) {
    yield "alias is mutually exclusive";
  }
  for (const { alias } of images) {
    if (alias && !/^(al2|al2023|bottlerocket|windows20(19|22|25))@.+$/.test(alias)) yield `${alias} is no image alias`;
  }
  for (const name of ["subnetSelectorTerms", "securityGroupSelectorTerms"]) {
    const terms = spec[name] || [];
    if (!terms.length || terms.some((term) => !Object.keys(term).length)) yield `${name} cannot be empty`;
    for (const [key, value] of terms.flatMap((term) => Object.entries(term.tags || {}))) {
      if (!key || !value) yield `${name}: empty tag keys or values`;
    }
  }
  for (const { ebs } of spec.blockDeviceMappings || []) {
    if (ebs && !ebs.snapshotID && !ebs.volumeSize) yield "snapshotID or volumeSize must be defined";
  }
}

// The API server prunes what a schema does not know, and `kubectl` refuses it: TypeScript names such a member.
function members(declared) {
  const typescript = require("typescript");
  const packages = path.join(process.env.NODE_PATH, "@kubernetes-models/karpenter");
  const imports = Object.entries(KINDS).map(
    ([kind, group]) => `import type { I${kind} } from ${JSON.stringify(path.join(packages, group, "v1", `${kind}.js`))};`,
  );
  const lines = declared.map(({ kind, value }, at) => `export const o${at}: I${kind} = ${JSON.stringify(value)};`);
  const source = path.join(root, "karpenter-objects.ts");
  fs.writeFileSync(source, [...imports, ...lines].join("\n"));
  const program = typescript.createProgram([source], {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: typescript.ModuleKind.NodeNext,
    moduleResolution: typescript.ModuleResolutionKind.NodeNext,
  });
  for (const found of typescript.getPreEmitDiagnostics(program)) {
    const text = typescript.flattenDiagnosticMessageText(found.messageText, " ").replace(/\s+/g, " ");
    const line = found.file && found.file.getLineAndCharacterOfPosition(found.start).line - imports.length;
    const owner = declared[line];
    problems.push(owner ? `${owner.file}: ${owner.kind}: ${text}` : `karpenter-objects.ts: ${text}`);
  }
}

karpenter().then(() => {
  console.log(problems.join("\n"));
  process.exit(problems.length ? 1 : 0);
});

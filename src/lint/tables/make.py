#!/usr/bin/env python3
"""Makes the shape tables that `shapecast lint` checks documents against.

    make.py api            > api.json             needs botocore (Apache-2.0)
    make.py cloudformation > cloudformation.json  needs cfn-lint, which carries the public resource schemas
    make.py terraform DIR  > terraform.json       DIR: the unpacked npm package @cdktf/provider-aws

Each table maps documents ("roots") to shapes and keeps of a shape what a check needs: members, required members,
enums, patterns, ranges. Texts, and shapes that no cluster or job uses, are left out. See README.md for the sources.
"""

import json
import pathlib
import re
import sys

# Java's surrogate pairs mean "any character beyond the first plane".
SURROGATES = re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF|\\uD800\\uDBFF-\\uDC00\\uDFFF")
# Visual ETL's node graph: hundreds of shapes that nobody writes by hand.
OPAQUE = {"CodeGenConfigurationNodes"}

API = {
    "emr": ["RunJobFlow"],
    "emr-serverless": ["CreateApplication", "StartJobRun"],
    "glue": ["CreateJob", "StartJobRun"],
}
CLOUDFORMATION = [
    "AWS::EMR::Cluster", "AWS::EMR::InstanceFleetConfig", "AWS::EMR::InstanceGroupConfig", "AWS::EMR::Step",
    "AWS::EMRServerless::Application", "AWS::Glue::Job", "AWS::Glue::Trigger",
]
TERRAFORM = [
    "emr-cluster", "emr-instance-fleet", "emr-instance-group", "emr-managed-scaling-policy",
    "emrserverless-application", "emrcontainers-job-template", "emrcontainers-virtual-cluster", "glue-job",
    "glue-trigger", "athena-workgroup", "athena-named-query", "batch-compute-environment", "batch-job-queue",
    "batch-job-definition", "scheduler-schedule", "sfn-state-machine",
]


def pattern_of(text):
    """The pattern for Rust's `regex`, whole-match; None when it allows anything or cannot be said there."""
    text = SURROGATES.sub(lambda _: "\\U00010000-\\U0010FFFF", text)
    text = re.sub(r"\\u([0-9A-Fa-f]{4})", r"\\x{\1}", text)
    text = re.sub(r"\\U([0-9A-Fa-f]{8})", r"\\x{\1}", text)
    if "(?!" in text or "(?=" in text or "(?<" in text:
        return None
    if text == ".*" or r"\x{D7FF}" in text.upper().replace("\\X", "\\x") or not text.isascii():
        return None
    return text


def limits(into, metadata, low, high):
    for name, value in (("min", metadata.get(low)), ("max", metadata.get(high))):
        if value is not None and abs(value) < 2**53:
            into[name] = value
    return into


def api_shape(shape, shapes):
    name = shape.name
    if name in shapes:
        return name
    kind = shape.type_name
    shapes[name] = entry = {}
    if name in OPAQUE:
        entry["is"] = "any"
    elif kind == "structure":
        entry["is"] = "structure"
        needed = [m for m in shape.required_members if "idempotencyToken" not in shape.members[m].metadata]
        if needed:
            entry["required"] = sorted(needed)
        entry["members"] = {m: api_shape(s, shapes) for m, s in sorted(shape.members.items())}
    elif kind == "list":
        limits(entry, shape.metadata, "min", "max")
        entry |= {"is": "list", "of": api_shape(shape.member, shapes)}
    elif kind == "map":
        limits(entry, shape.metadata, "min", "max")
        entry |= {"is": "map", "of": api_shape(shape.value, shapes)}
    elif kind in ("string", "boolean", "integer", "long", "double", "float", "timestamp"):
        entry["is"] = {"long": "integer", "double": "number", "float": "number", "timestamp": "any"}.get(kind, kind)
        limits(entry, shape.metadata, "min", "max")
        if getattr(shape, "enum", None):
            entry["enum"] = list(shape.enum)
        pattern = shape.metadata.get("pattern")
        if pattern and pattern_of(pattern):
            entry["pattern"] = pattern_of(pattern)
    else:
        entry["is"] = "any"
    return name


def api():
    import botocore
    import botocore.session

    session = botocore.session.get_session()
    roots, shapes = {}, {}
    for service, operations in API.items():
        model = session.get_service_model(service)
        own = {}
        for operation in operations:
            roots[f"{service}.{operation}"] = f"{service}:" + api_shape(model.operation_model(operation).input_shape, own)
        shapes |= renamed(own, lambda name, service=service: f"{service}:{name}")
    return table(f"botocore {botocore.__version__} service models (Apache-2.0)", roots, shapes)


def renamed(shapes, rename):
    def of(entry):
        entry = dict(entry)
        if "of" in entry:
            entry["of"] = rename(entry["of"])
        if "members" in entry:
            entry["members"] = {member: rename(name) for member, name in entry["members"].items()}
        return entry

    return {rename(name): of(entry) for name, entry in shapes.items()}


class Schema:
    """A CloudFormation resource schema, as JSON Schema with `definitions`."""

    def __init__(self, kind, document, shapes):
        self.kind, self.definitions, self.shapes = kind, document.get("definitions", {}), shapes
        read_only = {path.removeprefix("/properties/") for path in document.get("readOnlyProperties", [])}
        root = {k: v for k, v in document.items() if k in ("properties", "required")}
        root["properties"] = {k: v for k, v in root["properties"].items() if k not in read_only}
        self.root = self.structure(kind, root)

    def structure(self, name, schema):
        if name not in self.shapes:
            entry = self.shapes[name] = {"is": "structure"}
            if schema.get("required"):
                entry["required"] = sorted(schema["required"])
            entry["members"] = {
                member: self.of(f"{name}.{member}", inner) for member, inner in sorted(schema["properties"].items())
            }
        return name

    def of(self, name, schema):
        if "$ref" in schema:
            target = schema["$ref"].rsplit("/", 1)[1]
            return self.of(f"{self.kind}#{target}", self.definitions.get(target, {}))
        kind = schema.get("type")
        if kind == "object" and "properties" in schema:
            return self.structure(name, schema)
        if name in self.shapes:
            return name
        entry = self.shapes[name] = {}
        if kind == "array":
            limits(entry, schema, "minItems", "maxItems")
            entry |= {"is": "list", "of": self.of(f"{name}[]", schema.get("items", {}))}
        elif kind == "object" and "patternProperties" in schema:
            entry |= {"is": "map", "of": self.of(f"{name}{{}}", next(iter(schema["patternProperties"].values())))}
        elif kind in ("string", "boolean", "integer", "number"):
            entry["is"] = kind
            limits(entry, schema, *(("minLength", "maxLength") if kind == "string" else ("minimum", "maximum")))
            if "enum" in schema and all(isinstance(one, str) for one in schema["enum"]):
                entry["enum"] = schema["enum"]
            if kind == "string" and "pattern" in schema and pattern_of(schema["pattern"]):
                entry["pattern"] = pattern_of(schema["pattern"])
        else:
            entry["is"] = "any"
        return name


def cloudformation():
    import cfnlint
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
    from cfnlint.version import __version__

    roots, shapes = {}, {}
    for kind in CLOUDFORMATION:
        document = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region="us-east-1", resource_type=kind).schema
        roots[kind] = Schema(kind, document, shapes).root
    return table(f"AWS CloudFormation resource schemas, as in cfn-lint {__version__}", roots, shapes)


class Bindings:
    """One `index.d.ts` of the Terraform provider's published bindings."""

    INTERFACE = re.compile(r"export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)\n\}", re.S)
    MEMBER = re.compile(r"/\*\*(.*?)\*/\s*readonly (\w+)(\??): (.*?);\n", re.S)
    SCALARS = {"string": "string", "number": "number", "boolean": "boolean"}

    def __init__(self, resource, text, shapes):
        self.resource, self.shapes = resource, shapes
        self.interfaces = dict(self.INTERFACE.findall(text))
        root = next(name for name in self.interfaces if name.endswith("Config") and name.lower() == resource.replace("-", "") + "config")
        self.root = self.structure(root)

    def structure(self, name):
        if name in self.shapes:
            return name
        entry = self.shapes[name] = {"is": "structure"}
        needed, members = [], {}
        for comment, camel, optional, kind in self.MEMBER.findall(self.interfaces[name] + "\n"):
            link = re.search(r"\{@link [^ #]*#(\w+) ", comment)
            snake = link.group(1) if link else re.sub(r"(?<!^)(?=[A-Z])", "_", camel).lower()
            members[snake] = self.kind(kind)
            if not optional:
                needed.append(snake)
        if needed:
            entry["required"] = sorted(needed)
        entry["members"] = dict(sorted(members.items()))
        return name

    def kind(self, text):
        text = " ".join(text.split()).removesuffix(" | cdktf.IResolvable").strip()
        if text in self.SCALARS:
            return self.simple(self.SCALARS[text])
        if text.startswith("{ [key: string]"):
            return self.simple("map", "string")
        if text.endswith("[]"):
            inner = text.removesuffix("[]")
            if inner in self.SCALARS:
                return self.simple("list", self.SCALARS[inner])
            return self.blocks(inner)
        return self.blocks(text) if text in self.interfaces else self.simple("any")

    def blocks(self, name):
        made = f"{self.structure(name)}*"
        self.shapes[made] = {"is": "blocks", "of": name}
        return made

    def simple(self, kind, of=None):
        name = f"{kind}<{of}>" if of else kind
        self.shapes[name] = {"is": kind} | ({"of": self.simple(of)} if of else {})
        return name


def terraform(folder):
    roots, shapes = {}, {}
    version = ""
    for resource in TERRAFORM:
        text = pathlib.Path(folder, "lib", resource, "index.d.ts").read_text()
        version = re.search(r"providers/hashicorp/aws/([\d.]+)/", text).group(1)
        own = {}
        kind = "aws_" + resource.replace("-", "_")
        roots[kind] = Bindings(resource, text, own).root
        shapes |= own
    return table(f"names in the bindings @cdktf/provider-aws of the Terraform AWS provider {version}", roots, shapes)


def table(source, roots, shapes):
    return {"source": source, "roots": dict(sorted(roots.items())), "shapes": dict(sorted(shapes.items()))}


def main(arguments):
    makers = {"api": api, "cloudformation": cloudformation, "terraform": terraform}
    if not arguments or arguments[0] not in makers:
        print(__doc__, file=sys.stderr)
        return 2
    made = makers[arguments[0]](*arguments[1:])
    # A shape a line: small enough to ship, and a change of one shape is a change of one line.
    print("{")
    print(f'"source": {json.dumps(made["source"])},')
    for part, last in (("roots", False), ("shapes", True)):
        lines = [f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in made[part].items()]
        print(f'"{part}": {{\n' + ",\n".join(lines) + "\n}" + ("" if last else ","))
    print("}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

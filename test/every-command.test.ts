/** What every command has: JSON with a published schema, and examples. A new one that has not is named here with its reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import { commandSchemas } from "../src/api/command-schemas.ts";
import { reportSchemas } from "../src/api/schemas.ts";
import { makeProgram } from "../src/cli/main.ts";
import { verbs } from "../src/cli/verbs.ts";
import { silentContext } from "./helpers/silent-context.ts";

/** Commands without --format json, and what their result is instead. */
const documents: Readonly<Record<string, string>> = {
  "sbom-generator": "writes SPDX documents where BuildKit asks for them",
  "attestation get": "the attestation itself, which is JSON",
  "vex get": "a VEX document",
  "vex create": "a VEX document",
  "vex merge": "a VEX document",
  "vex export": "a VEX document",
  completion: "a script for a shell",
  mcp: "speaks a protocol of its own, JSON-RPC",
  server: "runs until it is stopped",
  worker: "runs until it is stopped",
  "registry add": "settings of the registry, which it reads",
  "registry notifications": "settings of the registry, which it reads",
};

function leaves(command: Command, name: string): (readonly [name: string, command: Command])[] {
  if (command.commands.length === 0) return [[name, command]];
  return command.commands.flatMap((child) => leaves(child as Command, `${name} ${child.name()}`));
}

const program = await makeProgram(silentContext, verbs, () => {});
const commands = program.commands.flatMap((command) => leaves(command as Command, command.name()));

test("every command has --format json, or a result that is a document of its own", () => {
  const without = commands.flatMap(([name, command]) => {
    const format = command.options.find(({ long }) => long === "--format");
    const hasJson = format !== undefined && (format.argChoices ?? ["json"]).includes("json");
    return hasJson ? [] : [name];
  });
  const unexplained = without.filter((name) => documents[name] === undefined);
  assert.deepEqual(unexplained, [], "add --format json with a schema in src/api");
  const outdated = Object.keys(documents).filter((name) => !without.includes(name));
  assert.deepEqual(outdated, [], "these have JSON by now");
});

test("every published shape names itself", () => {
  for (const [name, schema] of Object.entries({ ...reportSchemas, ...commandSchemas })) {
    const fields = (schema as { shape?: { schema?: { value?: string } } }).shape;
    const id = fields?.schema?.value;
    if (id !== undefined) assert.equal(id, `urn:plimsoll:report:${name.replace(/-(\d+)$/, ":$1")}`);
  }
});

test("every command that people call shows examples or needs none", () => {
  const bare = commands.filter(([, command]) => {
    let help = "";
    command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    return !help.includes("plimsoll ");
  });
  assert.deepEqual(
    bare.map(([name]) => name),
    [],
  );
});

/**
 * What people read about the GitHub Action against what it does: `action.yml` lists the inputs and outputs that there are, and the
 * workflows of the guide name only what exists, inputs, commands and options alike.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { parse } from "yaml";
import { actionCommands, commandCalls } from "../src/cli/github/commands.ts";
import { actionInputs, readInputs, type ActionInput } from "../src/cli/github/inputs.ts";
import { makeProgram } from "../src/cli/main.ts";
import { verbs } from "../src/cli/verbs.ts";
import { repositoryRoot as root } from "./helpers/run-plimsoll.ts";
import { silentContext } from "./helpers/silent-context.ts";

interface ActionFile {
  readonly inputs: Readonly<
    Record<
      string,
      { readonly description: string; readonly default?: string; readonly deprecationMessage?: string }
    >
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as ActionFile;
const guide = readFileSync(join(root, "docs/guide/ci/github.md"), "utf8");
const program = await makeProgram(silentContext, verbs, () => {});

test("action.yml has the inputs that are read, with their words and defaults", () => {
  const listed = Object.entries(action.inputs).map(([name, input]): readonly [string, ActionInput] => [
    name,
    {
      description: input.description,
      ...(input.default === undefined ? {} : { default: input.default }),
      ...(input.deprecationMessage === undefined ? {} : { deprecated: input.deprecationMessage }),
    },
  ]);
  assert.deepEqual(listed, Object.entries(actionInputs));
});

test("action.yml names outputs that are written, and an entry that is there", () => {
  assert.deepEqual(Object.keys(action.outputs), [...actionCommands, "exit-code", "comment-url"]);
  assert.equal(action.runs.using, "node24");
  assert.ok(existsSync(join(root, action.runs.main)));
});

test("the action has the inputs that users of Scout's action know", () => {
  const known =
    "command image platform ref organization summary debug verbose-debug dockerhub-user dockerhub-password registry-user registry-password registry-write-user registry-write-password github-token write-comment keep-previous-comments to to-ref to-env to-latest to-stream exit-on hide-policies ignore-unchanged ignore-base only-fixed only-unfixed only-severities only-package-types only-cisa-kev only-vex-affected vex-author vex-location ignore-suppressed exit-code sarif-file format output secrets only-refresh only-update environment tags file predicate-type referrer referrer-repository policy-bundle policy-file policy-dir policy-config";
  const missing = known.split(" ").filter((name) => !Object.hasOwn(actionInputs, name));
  assert.deepEqual(missing, []);
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly "runs-on": string; readonly steps: readonly Step[] }>>;
}

const workflows = [...guide.matchAll(/^```yaml\n# \.github\/workflows\/(\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, name = "", text = ""]) => [name, parse(text) as Workflow] as const,
);

test("there are workflows in the guide, and nothing in YAML that is none", () => {
  assert.ok(workflows.length >= 6, `found ${workflows.length}`);
  assert.equal(workflows.length, guide.split("```yaml\n").length - 1);
});

for (const [name, workflow] of workflows) {
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const own = steps.filter(({ uses }) => uses?.startsWith("plimsoll/plimsoll@") === true);

  test(`${name} is a workflow that runs Plimsoll`, () => {
    assert.ok(workflow.name !== "" && workflow.on !== undefined);
    for (const job of Object.values(workflow.jobs)) assert.equal(job["runs-on"], "ubuntu-latest");
    const calls = steps.flatMap(({ run = "" }) =>
      run.split("\n").filter((line) => line.startsWith("plimsoll ")),
    );
    assert.ok(own.length + calls.length > 0 || name === "build.yml");
    for (const call of calls)
      checkCall(
        call
          .replace(/ >> .*$/, "")
          .split(" ")
          .slice(1),
      );
  });

  for (const [index, step] of own.entries()) {
    test(`${name}: step ${index + 1} gives inputs that exist, and makes calls that exist`, () => {
      const inputs = Object.entries(step.with ?? {});
      for (const [input] of inputs)
        assert.ok(Object.hasOwn(actionInputs, input), `there is no input ${input}`);
      const env = Object.fromEntries(
        inputs.map(([input, value]) => [
          `INPUT_${input.toUpperCase()}`,
          String(value).replaceAll(/\$\{\{.*?\}\}/g, "1"),
        ]),
      );
      const calls = commandCalls(readInputs(env), (command, ending) => `${command}.${ending}`);
      for (const { args } of calls) checkCall(args);
    });
  }
}

test("each command of the action makes a call that exists, with every input that it takes", () => {
  const values = Object.entries(actionInputs).map(([name, input]: [string, ActionInput]) => {
    const isSwitch = input.default === "true" || input.default === "false";
    return [
      `INPUT_${name.toUpperCase()}`,
      isSwitch ? "true" : name === "command" ? actionCommands.join() : "1",
    ];
  });
  const calls = commandCalls(
    readInputs(Object.fromEntries(values)),
    (command, ending) => `${command}.${ending}`,
  );
  assert.equal(calls.length, actionCommands.length);
  for (const { args } of calls) checkCall(args);
});

/** Verb and options exist; an option has a value when it takes one; there are no more arguments than the verb takes. */
function checkCall(args: readonly string[]): void {
  let command = program as Command;
  const rest = [...args];
  for (let next = childOf(command, rest[0]); next !== null; next = childOf(command, rest[0])) {
    command = next;
    rest.shift();
  }
  const end = rest.indexOf("--");
  const options = end === -1 ? rest : rest.slice(0, end);
  let values = end === -1 ? 0 : rest.length - end - 1;
  for (let at = 0; at < options.length; at += 1) {
    const word = options[at] ?? "";
    if (!word.startsWith("-")) {
      values += 1;
      continue;
    }
    const [name, value] = word.split(/=(.*)/s);
    const option = command.options.find(({ long, short }) => long === name || short === name);
    assert.ok(option !== undefined, `plimsoll ${command.name()} has no ${name}, in ${args.join(" ")}`);
    const takes = option.required || option.optional;
    if (takes && value === undefined) at += 1;
    if (!takes) assert.equal(value, undefined, `${name} takes no value`);
  }
  const { registeredArguments } = command;
  const isOpen = registeredArguments.some(({ variadic }) => variadic);
  assert.ok(isOpen || values <= registeredArguments.length, `too many arguments in ${args.join(" ")}`);
}

function childOf(command: Command, word: string | undefined): Command | null {
  return (command.commands.find((child) => child.name() === word) as Command | undefined) ?? null;
}

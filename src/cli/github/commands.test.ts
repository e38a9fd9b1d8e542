/** From inputs of a workflow to command lines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../../domain/error.ts";
import { commandCalls } from "./commands.ts";
import { readInputs } from "./inputs.ts";

const files = (command: string, ending: string): string => `/run/${command}.${ending}`;

function callsOf(given: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return commandCalls(readInputs(env), files).map(({ args }) => args);
}

/** What the call writes besides, and the end of the options. */
const reports = (command: string): readonly string[] => [
  `--output=markdown=/run/${command}.md`,
  `--output=json=/run/${command}.json`,
  "--",
];

const rows: readonly (readonly [
  name: string,
  inputs: Readonly<Record<string, string>>,
  calls: readonly (readonly string[])[],
])[] = [
  ["nothing is named: quickview of the newest image", {}, [["quickview", ...reports("quickview")]]],
  [
    "a list with blanks and line ends, in its order",
    { command: " compare ,\ncves\n", image: "app:1", to: "app:0", "only-severities": "critical, high" },
    [
      ["compare", "--only-severity=critical,high", "--to=app:0", ...reports("compare"), "app:1"],
      ["cves", "--only-severity=critical,high", ...reports("cves"), "app:1"],
    ],
  ],
  [
    "switches that are on alone, and SARIF of cves",
    { command: "cves", image: "app:1", "exit-code": "True", "only-fixed": "false", "sarif-file": "a.sarif" },
    [["cves", "--exit-code", "--verify", "--output=sarif=a.sarif", ...reports("cves"), "app:1"]],
  ],
  [
    "what begins with a hyphen is no option",
    { command: "cves", image: "--help", platform: "--debug" },
    [["cves", "--platform=--debug", ...reports("cves"), "--help"]],
  ],
  [
    "format and output are those of sbom, and secrets follow it",
    { command: "cves,sbom", image: "app:1", format: "spdx", output: "app.spdx.json", secrets: "true" },
    [
      ["cves", ...reports("cves"), "app:1"],
      ["sbom", "--format=spdx", "--output=app.spdx.json", "--", "app:1"],
      ["secrets", ...reports("secrets"), "app:1"],
    ],
  ],
  [
    "several files of one run",
    { command: "cves", image: "app:1", output: "sarif=a.sarif\nhtml=a.html" },
    [["cves", "--output=sarif=a.sarif", "--output=html=a.html", ...reports("cves"), "app:1"]],
  ],
  [
    "every named policy bundle is an option, and an older name of an environment counts",
    { command: "policy,compare", image: "app:1", "policy-bundle": "a/b:1,c/d:2", "to-stream": "production" },
    [
      ["policy", "--policy-bundle=a/b:1", "--policy-bundle=c/d:2", ...reports("policy"), "app:1"],
      [
        "compare",
        "--policy-bundle=a/b:1",
        "--policy-bundle=c/d:2",
        "--to-env=production",
        ...reports("compare"),
        "app:1",
      ],
    ],
  ],
  [
    "a comparison is strict where it is a gate",
    { command: "compare,cves", image: "app:1", "to-result": "main.json", strict: "true" },
    [
      ["compare", "--to-result=main.json", ...reports("compare"), "app:1"],
      ["cves", "--strict", "--verify", ...reports("cves"), "app:1"],
    ],
  ],
  [
    "the whole evaluation is kept for the next comparison",
    {
      command: "policy,compare",
      image: "app:1",
      "result-file": "main.json",
      "exit-on": "policy",
      strict: "true",
    },
    [
      ["policy", "--strict", "--result-file=main.json", "--verify", ...reports("policy"), "app:1"],
      ["compare", "--exit-on=policy", "--strict", "--verify", ...reports("compare"), "app:1"],
    ],
  ],
  [
    "attestations go to all tags",
    {
      command: "attestation-add",
      image: "app:1",
      tags: "app:1,app:latest",
      file: "a.json,b.json",
      referrer: "true",
    },
    [["attestation", "add", "--file=a.json", "--file=b.json", "--referrer", "--", "app:1", "app:latest"]],
  ],
  [
    "an environment takes the image",
    { command: "environment", environment: "production", image: "app:1", debug: "true" },
    [["environment", "--debug", "--", "production", "app:1"]],
  ],
  [
    "a gate asks for content that is verified, where there is an image",
    { command: "secrets,lint", image: "app:1", "exit-code": "true" },
    [
      ["secrets", "--exit-code", "--verify", ...reports("secrets"), "app:1"],
      ["lint", "--exit-code", ...reports("lint"), "Dockerfile"],
    ],
  ],
  [
    "lint takes the Dockerfile",
    { command: "lint", dockerfile: "docker/Dockerfile", debug: "true" },
    [["lint", ...reports("lint"), "docker/Dockerfile"]],
  ],
];
for (const [name, inputs, calls] of rows) {
  test(`inputs: ${name}`, () => assert.deepEqual(callsOf(inputs), calls));
}

const refused: readonly (readonly [name: string, inputs: Readonly<Record<string, string>>])[] = [
  ["a command that is none", { command: "cves,scan" }],
  ["no command at all", { command: " , " }],
  ["a switch that is neither", { summary: "yes" }],
  ["attestations without a file", { command: "attestation-add", image: "app:1" }],
  ["an image where an environment is asked for", { command: "environment", image: "app:1" }],
  ["a policy on nothing", { command: "policy" }],
  ["an input that does not end", { command: "cves", image: "a".repeat(64 * 1024 + 1) }],
];
for (const [name, inputs] of refused) {
  test(`refused: ${name}`, () =>
    assert.throws(
      () => callsOf(inputs),
      (error) => error instanceof PlimsollError && error.code === "USAGE",
    ));
}

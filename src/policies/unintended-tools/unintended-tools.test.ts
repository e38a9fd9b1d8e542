import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageFacts } from "../../domain/policy.ts";
import { configWith, inventoryWith, packageWith } from "../fixtures/facts.ts";
import { run, words } from "../fixtures/run.ts";
import { unintendedTools } from "./index.ts";

const deb = (name: string) =>
  packageWith({ ecosystem: "deb", namespace: "debian", name, purl: `pkg:deb/debian/${name}@1` });
const labelled = (labels: Record<string, string>) => ({ ...configWith("1"), labels });
const unexplained = (path: string) => {
  const { coverage } = inventoryWith();
  return inventoryWith({ coverage: coverage === null ? null : { ...coverage, unexplained: [path] } });
};

type Row = [name: string, facts: Partial<ImageFacts>, config: object, status: string];
const rows: Row[] = [
  ["neither", { packages: [deb("libc6")] }, {}, "met"],
  ["a shell", { packages: [deb("bash")] }, {}, "not_met"],
  ["a package manager", { packages: [deb("apt")] }, {}, "not_met"],
  ["only package managers asked for", { packages: [deb("bash")] }, { tools: ["package-manager"] }, "met"],
  ["an allowed one", { packages: [deb("bash")] }, { allowed: ["bash"] }, "met"],
  [
    "a library of a language by the name of a shell",
    { packages: [packageWith({ name: "sh", purl: "pkg:pypi/sh@1", ecosystem: "pypi" })] },
    {},
    "met",
  ],
  [
    "a label says that it is meant",
    { packages: [deb("bash")], config: labelled({ "com.docker.dhi.shell": "bash" }) },
    {},
    "met",
  ],
  [
    "an empty label",
    { packages: [deb("bash")], config: labelled({ "com.docker.dhi.shell": "" }) },
    {},
    "not_met",
  ],
  [
    "a label about the other",
    { packages: [deb("bash")], config: labelled({ "com.docker.dhi.package-manager": "apt" }) },
    {},
    "not_met",
  ],
  [
    "labels do not count",
    { packages: [deb("bash")], config: labelled({ "com.docker.dhi.shell": "bash" }) },
    { accept_labels: false },
    "not_met",
  ],
  ["a program that nothing explains", { inventory: unexplained("opt/tools/busybox") }, {}, "not_met"],
  ["another program that nothing explains", { inventory: unexplained("opt/tools/app") }, {}, "met"],
  ["an incomplete inventory", { inventory: inventoryWith({ completeness: "incomplete" }) }, {}, "no_data"],
];
for (const [name, facts, config, status] of rows) {
  test(`unintended-tools: ${name}`, () => assert.equal(run(unintendedTools, facts, config).status, status));
}

test("unintended-tools: a deviation names package and layer", () => {
  const outcome = run(unintendedTools, { packages: [deb("dash")] });
  assert.equal(words(outcome), "dash is a shell");
  assert.ok(outcome.status === "not_met" && outcome.deviations[0]?.layer === "sha256:layer");
});

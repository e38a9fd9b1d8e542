/** Settings that policies read: the quality gate, and lists of supported tags. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readSonarQubeConfig } from "./sonarqube-config.ts";
import { readTagFiles } from "./tag-files.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-tags-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("sonarqube settings: none, and all of them", () => {
  assert.equal(readSonarQubeConfig({}), null);
  assert.equal(readSonarQubeConfig({ PLIMSOLL_SONARQUBE_URL: "", PLIMSOLL_SONARQUBE_PROJECTS: "a" }), null);
  assert.deepEqual(
    readSonarQubeConfig({
      PLIMSOLL_SONARQUBE_URL: "https://sonar.example.com/sonar",
      PLIMSOLL_SONARQUBE_PROJECTS: "acme:app, acme:lib,",
      PLIMSOLL_SONARQUBE_TOKEN: "squ_1",
    }),
    { url: "https://sonar.example.com/sonar", token: "squ_1", projects: ["acme:app", "acme:lib"] },
  );
});

const wrong: [name: string, env: Record<string, string>][] = [
  ["no project", { PLIMSOLL_SONARQUBE_URL: "https://sonar.example.com" }],
  ["no address", { PLIMSOLL_SONARQUBE_URL: "sonar.example.com", PLIMSOLL_SONARQUBE_PROJECTS: "a" }],
  ["another scheme", { PLIMSOLL_SONARQUBE_URL: "file:///etc", PLIMSOLL_SONARQUBE_PROJECTS: "a" }],
];
for (const [name, env] of wrong) {
  test(`sonarqube settings: refuses ${name}`, () => {
    assert.throws(() => readSonarQubeConfig(env), { code: "CONFIG_INVALID" });
  });
}

test("supported tags: files are read, and the files right in folders, by their names", async () => {
  mkdirSync(join(folder, "library/below"), { recursive: true });
  for (const name of ["library/node", "library/alpine", "library/.hidden", "library/below/x", "own.txt"]) {
    writeFileSync(join(folder, name), name);
  }
  const files = await readTagFiles([join(folder, "own.txt"), join(folder, "library")]);
  assert.deepEqual(files, [
    { name: "own.txt", text: "own.txt" },
    { name: "alpine", text: "library/alpine" },
    { name: "node", text: "library/node" },
  ]);
  await assert.rejects(readTagFiles([join(folder, "nope")]), { code: "CONFIG_INVALID" });
  writeFileSync(join(folder, "large"), Buffer.alloc(1024 ** 2 + 1));
  await assert.rejects(readTagFiles([join(folder, "large")]), { code: "CONFIG_INVALID" });
});

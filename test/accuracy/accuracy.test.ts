/** The gate of accuracy as an ordinary test, and that it sees what it is there for. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { answerLabels, isFalse, isLost, tallyAnswers } from "../../src/analysis/accuracy.ts";
import type { Advisory } from "../../src/domain/advisory.ts";
import type { AdvisoryDatabase } from "../../src/domain/ports.ts";
import { advisory, range } from "../helpers/matching.ts";
import { skipWithout } from "../helpers/shared.ts";
import { findBrokenCitations } from "./citations.ts";
import { runAccuracyGate, type GateResult } from "./gate.ts";
import { readLabelledImages } from "./label-files.ts";

describe("the gate on the real feeds", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  let result: GateResult;
  before(async () => {
    result = await runAccuracyGate();
  });

  it("loses no true positive and gives no false one that is not known", () =>
    assert.deepEqual(result.failures, []));

  it("judges every ecosystem that the feeds at hand can judge", () =>
    assert.deepEqual(
      result.ecosystems.map(({ name }) => name),
      ["apk (alpine)", "apk (wolfi)", "cargo", "deb", "gem", "golang", "pypi", "rpm", "all"],
    ));

  it("replays hundreds of thousands of queries", () =>
    assert.ok(result.replayed.every(({ affected }) => affected > 7000)));
});

describe("the labels", () => {
  const images = readLabelledImages();

  it("are of at least ten inventories", () => assert.ok(images.length >= 10));

  it("name a package of their inventory, and each question once", () => {
    for (const { id, sbom, labels } of images) {
      assert.equal(sbom.completeness, "complete", id);
      const answers = answerLabels(sbom, labels, databaseOf([]));
      assert.deepEqual(
        answers.filter(({ answer }) => answer === "missing").map(({ label }) => `${id} ${label.package}`),
        [],
      );
      const questions = labels.map((label) => `${label.package} ${label.vulnerability}`);
      assert.equal(new Set(questions).size, questions.length, id);
    }
  });
});

describe("citations", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  const archive = "debian-dsa-dla-lists-2023-04.tar.gz";
  const file = "data/DSA/list";
  const rows = [
    ["a line of the record", { archive, file, lines: ["[bullseye] - openssl 1.1.1n-0+deb11u2"] }, 0],
    ["a line that it does not hold", { archive, file, lines: ["[bullseye] - openssl 9"] }, 1],
    ["a record that is not there", { archive, file: "data/DSA/lists", lines: ["DSA"] }, 1],
  ] as const;
  for (const [name, source, broken] of rows) {
    it(name, async () => assert.equal((await findBrokenCitations([source])).length, broken));
  }
});

describe("answers", () => {
  const [image] = readLabelledImages().filter(({ id }) => id === "cargo-mdbook");
  assert.ok(image);
  const ask = (rows: readonly Advisory[], verdict: "affected" | "not_affected" | "notice") => {
    const label = { package: "cargo/hyper@0.13.5", vulnerability: "RUSTSEC-1", verdict };
    const [answered] = answerLabels(image.sbom, [label], databaseOf(rows));
    assert.ok(answered);
    const { found, lost, false: wrong, undetermined } = tallyAnswers([answered]);
    return [answered.answer, isLost(answered), isFalse(answered), found, lost, wrong, undetermined];
  };
  const hyper = (more: Partial<Advisory>): Advisory =>
    advisory("RUSTSEC-1", { space: "cargo", name: "hyper", ...more });
  const holds = hyper({ ranges: [range("0", "0.13.10")] });
  const holdsNot = hyper({ ranges: [range("0", "0.13.5")] });
  const notice = hyper({ ranges: [range("0")], kind: "informational" });
  const cannotTell = hyper({ ranges: [range("0", "one")] });

  const rows = [
    ["what is affected and found", [holds], "affected", ["affected", false, false, 1, 0, 0, 0]],
    ["what is affected and lost", [holdsNot], "affected", ["not_affected", true, false, 0, 1, 0, 0]],
    ["what no advisory names", [], "affected", ["not_affected", true, false, 0, 1, 0, 0]],
    ["what is not affected", [holdsNot], "not_affected", ["not_affected", false, false, 0, 0, 0, 0]],
    ["what is found and not affected", [holds], "not_affected", ["affected", false, true, 0, 0, 1, 0]],
    ["a notice", [notice], "notice", ["notice", false, false, 1, 0, 0, 0]],
    ["a notice taken for a vulnerability", [holds], "notice", ["affected", false, true, 0, 0, 1, 0]],
    ["a vulnerability taken for a notice", [notice], "affected", ["notice", true, false, 0, 1, 0, 0]],
    ["what cannot be told", [cannotTell], "affected", ["undetermined", true, false, 0, 1, 0, 1]],
    ["no answer about what is not", [cannotTell], "not_affected", ["undetermined", false, false, 0, 0, 0, 1]],
  ] as const;
  for (const [name, advisories, verdict, expected] of rows) {
    it(name, () => assert.deepEqual(ask(advisories, verdict), [...expected]));
  }

  it("rest on the advisory that holds the version, not on an alias of another one", () => {
    const label = {
      package: "cargo/hyper@0.13.5",
      vulnerability: "RUSTSEC-2",
      verdict: "not_affected",
    } as const;
    const other = advisory("RUSTSEC-2", {
      space: "cargo",
      name: "hyper",
      aliases: ["CVE-2020-1"],
      ranges: [range("0", "0.13.5")],
    });
    const database = databaseOf([{ ...holds, aliases: ["CVE-2020-1"] }, other]);
    assert.equal(answerLabels(image.sbom, [label], database)[0]?.answer, "not_affected");
  });
});

function databaseOf(advisories: readonly Advisory[]): AdvisoryDatabase {
  return {
    status: {
      updatedAt: "2026-11-22T00:00:00Z",
      digest: "",
      advisoryCount: advisories.length,
      demonstration: false,
      spaces: [],
    } as unknown as AdvisoryDatabase["status"],
    findAdvisories: () => Map.groupBy(advisories, ({ space, name }) => `${space}\n${name}`),
    findContexts: () => new Map(),
    close: () => undefined,
  };
}

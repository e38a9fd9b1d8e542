/** The gate of accuracy as an ordinary test, and that it sees what it is there for. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  answerLabels,
  isFalse,
  isLost,
  tallyAnswers,
  type AccuracyLabel,
} from "../../src/analysis/accuracy.ts";
import { checkKnownAnswers, findLostAnswers, knownAnswers } from "../../src/analysis/known-answers.ts";
import type { Advisory } from "../../src/domain/advisory.ts";
import type { AdvisoryDatabase } from "../../src/domain/ports.ts";
import { byWholeAdvisories } from "../../src/domain/whole-advisories.ts";
import { lookUpKeys } from "../../src/ecosystems/look-up.ts";
import { packageFromPurl } from "../../src/sbom/package-from-purl.ts";
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
      [
        "apk (alpine)",
        "apk (wolfi)",
        "bitnami",
        "cargo",
        "composer",
        "deb",
        "gem",
        "golang",
        "maven",
        "npm",
        "pypi",
        "rpm",
        "all",
      ],
    ));

  it("asks the product's own list of known answers in full", () =>
    assert.equal(result.knownAnswers.asked, knownAnswers.length));

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

describe("the product's own list of known answers", () => {
  it("says what the labels say", () => {
    const labelled = new Map<string, string>();
    for (const { sbom, labels } of readLabelledImages()) {
      for (const { package: name, vulnerability, verdict } of labels) {
        for (const pkg of sbom.packages) {
          const full = pkg.namespace === null ? pkg.name : `${pkg.namespace}/${pkg.name}`;
          const names = [pkg.name, full].map((each) => `${pkg.ecosystem}/${each}@${pkg.version}`);
          if (names.includes(name)) labelled.set(`${pkg.purl} ${vulnerability}`, verdict);
        }
      }
    }
    const others = knownAnswers.filter(
      (known) => labelled.get(`${known.package} ${known.vulnerability}`) !== known.verdict,
    );
    assert.deepEqual(others, []);
    assert.ok(knownAnswers.length >= 70);
  });

  it("is asked as far as the database reaches", () => {
    const empty = checkKnownAnswers(databaseOf([]));
    const unasked = knownAnswers.map((known) => `${known.package} ${known.vulnerability}`);
    assert.deepEqual(empty, { asked: 0, right: 0, unasked, absent: [], wrong: [] });
  });

  const known = knownAnswers.find(({ verdict }) => verdict === "affected");
  assert.ok(known);
  const about = packageFromPurl(known.package);
  assert.ok(about);
  const [key] = lookUpKeys(about.package, about.distro);
  assert.ok(key);
  const row = (more: Partial<Advisory>): Advisory =>
    advisory(known.vulnerability, { space: key.space, name: key.name, ...more });
  const holding = row({ versions: [key.version] });
  const question = `${known.package} ${known.vulnerability}`;

  it("tells what is not in the database from what is judged wrongly", () => {
    const absent = checkKnownAnswers(databaseOf([row({ id: "CVE-1999-1" })], [key.space]));
    const wrong = checkKnownAnswers(databaseOf([row({ versions: ["0"] })], [key.space]));
    assert.ok(absent.absent.includes(question));
    assert.ok(wrong.wrong.some((line) => line.startsWith(`${question}: not_affected`)));
  });

  it("holds back a database that has lost an answer, and not one that never had it", () => {
    const before = checkKnownAnswers(databaseOf([holding], [key.space]));
    const after = checkKnownAnswers(databaseOf([], [key.space]));
    assert.ok(findLostAnswers(before, after).some((line) => line.startsWith(question)));
    assert.deepEqual(findLostAnswers(after, after), []);
    // A name space that comes besides has lost nothing.
    assert.deepEqual(findLostAnswers(checkKnownAnswers(databaseOf([])), after), []);
    assert.deepEqual(findLostAnswers(null, after), []);
    assert.deepEqual(findLostAnswers(null, { ...after, wrong: ["one"] }), ["one"]);
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
  const ask = (rows: readonly Advisory[], verdict: AccuracyLabel["verdict"]) => {
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
    ["what nobody can tell", [cannotTell], "undetermined", ["undetermined", false, false, 0, 0, 0, 1]],
    ["a guess that it is clean", [holdsNot], "undetermined", ["not_affected", true, false, 0, 1, 0, 0]],
    ["a guess that it is not", [holds], "undetermined", ["affected", false, true, 0, 0, 1, 0]],
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

function databaseOf(advisories: readonly Advisory[], spaces: readonly string[] = []): AdvisoryDatabase {
  return {
    status: {
      updatedAt: "2026-11-22T00:00:00Z",
      digest: "",
      advisoryCount: advisories.length,
      demonstration: false,
      spaces,
    } as unknown as AdvisoryDatabase["status"],
    ...byWholeAdvisories(() => Map.groupBy(advisories, ({ space, name }) => `${space}\n${name}`)),
    findContexts: () => new Map(),
    close: () => undefined,
  };
}

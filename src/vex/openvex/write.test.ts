import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { sharedPath, skipWithout } from "../../../test/helpers/shared.ts";
import type { Exception } from "../../domain/exception.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { assess } from "../assess.ts";
import { exceptionWith, findingWith } from "../fixtures/findings.ts";
import { readVexDocument } from "../read.ts";
import { writeOpenVex, type OpenVexInput } from "./write.ts";

const digest = `sha256:${"1".repeat(64)}`;
const author = "Example Ltd <security@example.com>";
const timestamp = new Date("2026-11-21T12:00:00Z");
const expiresAt = "2027-01-01T00:00:00Z";
const acceptedRisk: Partial<Exception> = { kind: "accepted_risk", justification: null, expiresAt };
const scopes: Record<string, Exception["scope"]> = {
  organisation: { repository: null, digest: null, purl: null },
  package: { repository: null, digest: null, purl: "pkg:deb/debian/libssl3" },
  repository: { repository: "localhost:5000/org/app", digest: null, purl: null },
  image: { repository: "localhost:5000/org/app", digest, purl: null },
  digest: { repository: null, digest, purl: null },
  repositories: {
    repository: null,
    repositories: ["localhost:5000/org/app", "org/none"],
    digest: null,
    purl: null,
  },
  reference: { repository: null, digest: "localhost:5000/org/app:1", purl: null },
  all: { repository: "localhost:5000/org/app", digest, purl: "pkg:deb/debian/libssl3@3.0.11-1~deb12u2" },
};
const everything = Object.entries(scopes).flatMap(([name, scope]) => [
  exceptionWith({ id: `${name} 1`, scope }),
  exceptionWith({ id: `${name} 2`, scope, vulnerability: "CVE-2026-2", ...acceptedRisk }),
]);

function write(exceptions: readonly Exception[], changes: Partial<OpenVexInput> = {}) {
  const repositories = ["localhost:5000/org/app", "org/other"];
  return writeOpenVex({ exceptions, repositories, author, timestamp, ...changes });
}

function readBack(
  exceptions: readonly Exception[],
  changes: Partial<OpenVexInput> = {},
): readonly VexStatement[] {
  const { text } = write(exceptions, changes);
  const { statements, problems } = readVexDocument(Buffer.from(text ?? ""), "export.json");
  assert.deepEqual(problems, []);
  return statements;
}

test("OpenVEX: the words of a false positive and of an accepted risk", () => {
  const [refuted, accepted] = readBack([
    exceptionWith(),
    exceptionWith({ ...acceptedRisk, vulnerability: "GHSA-1", reason: "a proxy stands before it" }),
  ]);
  assert.deepEqual(
    [refuted?.status, refuted?.justification, refuted?.impactStatement, refuted?.actionStatement],
    ["not_affected", "vulnerable_code_not_in_execute_path", "The parser is never called", null],
  );
  assert.deepEqual(
    [accepted?.status, accepted?.justification, accepted?.impactStatement, accepted?.actionStatement],
    ["affected", null, null, "The risk is accepted until 2027-01-01T00:00:00Z: a proxy stands before it"],
  );
  assert.deepEqual([accepted?.vulnerabilities, accepted?.author], [["GHSA-1"], author]);
  assert.equal(accepted?.timestamp, "2026-02-01T00:00:00Z");
});

const app = "pkg:oci/app?repository_url=localhost%3A5000%2Forg%2Fapp";
const appByDigest = `pkg:oci/app@sha256%3A${"1".repeat(64)}?repository_url=localhost%3A5000%2Forg%2Fapp`;
const other = "pkg:oci/other?repository_url=docker.io%2Forg%2Fother";
const products: Record<string, [ids: string[], subcomponents: string[]]> = {
  organisation: [[other, app], []],
  package: [[other, app], ["pkg:deb/debian/libssl3"]],
  repository: [[app], []],
  image: [[appByDigest], []],
  digest: [[`pkg:oci/image@sha256%3A${"1".repeat(64)}`], []],
  repositories: [["pkg:oci/none?repository_url=docker.io%2Forg%2Fnone", app], []],
  reference: [[`${app}&tag=1`], []],
  all: [[appByDigest], ["pkg:deb/debian/libssl3@3.0.11-1~deb12u2"]],
};

for (const [name, scope] of Object.entries(scopes)) {
  test(`OpenVEX: the products of an exception about: ${name}`, () => {
    const [statement] = readBack([exceptionWith({ scope })]);
    const decoded = (ids: readonly string[]) => ids.map(decodeURIComponent);
    const [ids, subcomponents] = products[name] ?? [[], []];
    assert.deepEqual(
      statement?.products.flatMap((product) => decoded(product.ids)),
      decoded(ids),
    );
    for (const product of statement?.products ?? []) assert.deepEqual(product.subcomponents, subcomponents);
  });
}

/** The same image as `digest`, another one of its repository, and one of another repository; what each scope suppresses. */
const images = [
  { repository: "localhost:5000/org/app", tag: "1", digests: [digest] },
  { repository: "localhost:5000/org/app", tag: "2", digests: [`sha256:${"2".repeat(64)}`] },
  { repository: "docker.io/org/other", tag: "1", digests: [`sha256:${"3".repeat(64)}`] },
  { repository: "docker.io/else/where", tag: "1", digests: [`sha256:${"4".repeat(64)}`] },
];
const reach: Record<string, boolean[]> = {
  organisation: [true, true, true, false],
  package: [true, true, true, false],
  repository: [true, true, false, false],
  image: [true, false, false, false],
  digest: [true, false, false, false],
  repositories: [true, true, false, false],
  reference: [true, false, false, false],
  all: [true, false, false, false],
};

for (const [name, scope] of Object.entries(scopes)) {
  test(`OpenVEX: read back, it reaches as far as the exception did: ${name}`, () => {
    const statements = readBack([exceptionWith({ scope })]);
    const suppressed = images.map((image) => {
      const options = { image, now: timestamp, trustsAuthor: null };
      return assess([findingWith()], statements, options).findings[0]?.suppressed;
    });
    assert.deepEqual(suppressed, reach[name]);
    const accepted = readBack([exceptionWith({ scope, ...acceptedRisk })]);
    const options = { image: images[0]!, now: timestamp, trustsAuthor: null };
    assert.equal(assess([findingWith()], accepted, options).findings[0]?.suppressed, false);
  });
}

test("OpenVEX: the same bytes whatever the order, and a name of the content", () => {
  const { text } = write(everything);
  assert.equal(write(everything.toReversed()).text, text);
  const id = (changed: string | null) => (JSON.parse(changed ?? "") as Record<string, unknown>)["@id"];
  assert.match(String(id(text)), /^urn:plimsoll:vex:[0-9a-f]{64}$/);
  const ids = [
    text,
    write(everything, { author: "Else" }).text,
    write(everything, { timestamp: new Date("2026-11-22T12:00:00Z") }).text,
    write(everything.slice(1)).text,
    write([{ ...everything[0]!, reason: "another" }, ...everything.slice(1)]).text,
  ].map(id);
  assert.equal(new Set(ids).size, ids.length);
});

test("OpenVEX: what has ended is left out, and nothing to say is no document", () => {
  const ended = exceptionWith({ expiresAt: timestamp.toISOString() });
  assert.equal(readBack([ended, exceptionWith()]).length, 1);
  assert.deepEqual(write([ended]), { text: null, omitted: [] });
  assert.deepEqual(write([]), { text: null, omitted: [] });
});

test("OpenVEX: an exception for which there is no product is omitted by name, never widened", () => {
  const everywhere = exceptionWith();
  const { text, omitted } = write([everywhere], { repositories: [] });
  assert.deepEqual([text, omitted], [null, [everywhere]]);
});

test("OpenVEX: text of people stays text", () => {
  const reason = 'a"}],"status":"fixed\u001b[31m\u202e\n::error::x';
  const { text } = write([exceptionWith({ reason, id: "a b/\u202e" })]);
  assert.doesNotMatch(text ?? "", /[\u001b\u202e]/);
  assert.equal(readBack([exceptionWith({ reason })])[0]?.impactStatement, reason);
});

test(
  "OpenVEX: valid by the official schema",
  { skip: skipWithout("schemas/openvex-0.2.0.schema.json") },
  () => {
    const addFormats = ((addFormatsModule as unknown as { default?: unknown }).default ??
      addFormatsModule) as unknown as (ajv: Ajv2020) => void;
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    ajv.addFormat("iri", (value: string) => URL.canParse(value));
    const schema: unknown = JSON.parse(
      readFileSync(sharedPath("schemas/openvex-0.2.0.schema.json") ?? "", "utf8"),
    );
    const validate = ajv.compile(schema as object);
    assert.ok(validate(JSON.parse(write(everything).text ?? "")), JSON.stringify(validate.errors));
    assert.equal(validate({ statements: [] }), false);
  },
);

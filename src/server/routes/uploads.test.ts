/** Uploading SBOMs: what is kept, what is refused, and that a worker is told. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { expandDocument } from "../../store/stores/image-documents.ts";
import { recordOutsideFindings } from "../../store/stores/outside-findings.ts";
import { findUploadTask, recordRead, recordUploadFailure } from "../../store/stores/uploads.ts";

const text = JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [] });
const document = Buffer.from(text).toString("base64");

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

function upload(body: object, as: As = "service:analyse") {
  return server.request(as, "POST", "/orgs/acme/sboms", { document, ...body });
}

describe("an SBOM that is uploaded", () => {
  it("is kept as it came and waits for a worker, with its audit row", async () => {
    const before = (await server.parts.queue.count())["read-upload"].waiting;
    const { status, json } = await upload({ project: "My App", version: "1.0" });
    assert.equal(status, 202);
    assert.deepEqual(
      [json.state, json.project, json.version, json.sizeBytes, json.imageId, json.format],
      ["queued", "My App", "1.0", text.length, null, null],
    );
    assert.match(json.repository, /^uploads\.invalid\/my-app-[0-9a-f]{12}$/);
    const task = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      findUploadTask(tx, server.orgs.acme, json.id),
    );
    assert.equal((await expandDocument(task!.body)).toString(), text);
    assert.equal((await server.parts.queue.count())["read-upload"].waiting, before + 1);
    const audit = await server.request("owner", "GET", "/orgs/acme/audit");
    const entry = audit.json.entries.find((each: { action: string }) => each.action === "sbom.uploaded");
    assert.deepEqual([entry.target, entry.after.upload], ["My App 1.0", json.id]);
  });

  it("of the same project and version stands in the same place", async () => {
    const first = await upload({ project: "twice", version: "1" });
    const second = await upload({ project: "twice", version: "2" });
    assert.equal(first.json.repository, "uploads.invalid/twice");
    assert.equal(second.json.repository, "uploads.invalid/twice");
    assert.deepEqual([first.json.tag, second.json.tag], ["1", "2"]);
  });

  it("is listed with what became of it", async () => {
    const { json } = await upload({ project: "listed" });
    const failure = { code: "SBOM_UNSUPPORTED", message: "the document is of no known SBOM format" };
    await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      recordUploadFailure(tx, server.orgs.acme, json.id, failure),
    );
    const failed = await server.request("viewer", "GET", "/orgs/acme/uploads?state=failed");
    assert.deepEqual(
      failed.json.uploads.map((each: { id: string }) => each.id),
      [json.id],
    );
    const one = await server.request("developer", "GET", `/orgs/acme/uploads/${json.id}`);
    assert.deepEqual([one.json.failure, one.json.tag], [failure, "latest"]);
  });

  const refused: readonly (readonly [string, object, string])[] = [
    ["without a document", { project: "a", document: "" }, "REQUEST_INVALID"],
    ["with what is no base64", { project: "a", document: "!!!!" }, "REQUEST_INVALID"],
    ["without a name", { project: "" }, "REQUEST_INVALID"],
    ["with a line break in its name", { project: "a\nb" }, "REQUEST_INVALID"],
    ["with a field that is none", { project: "a", digest: "sha256:1" }, "REQUEST_INVALID"],
  ];
  for (const [name, body, code] of refused) {
    it(`is refused ${name}`, async () => {
      assert.equal((await upload(body)).json.code, code);
    });
  }

  it("is refused while its repository is switched off", async () => {
    const { json } = await upload({ project: "off" });
    const list = await server.request("owner", "GET", "/orgs/acme/repositories");
    const entries: { id: string; name: string }[] = list.json.entries ?? list.json.repositories;
    const found = entries.find(({ name }) => name.endsWith("off"))!;
    await server.request("owner", "PATCH", `/orgs/acme/repositories/${found.id}`, { enabled: false });
    assert.equal((await upload({ project: "off" })).json.code, "REPOSITORY_NOT_ENABLED");
    // Another version would switch it on again.
    assert.equal((await upload({ project: "off", version: "2" })).json.code, "REPOSITORY_NOT_ENABLED");
    assert.equal(json.state, "queued");
  });
});

describe("a report of another scanner", () => {
  it("is compared with our findings once it was read", async () => {
    const { store } = server.parts;
    const { acme } = server.orgs;
    const packages = [
      {
        name: "left",
        version: "1.0.0",
        findings: [
          { vulnerability: "CVE-2026-1", severity: "high", fixedVersion: "2" },
          { vulnerability: "CVE-2026-2", severity: "low", suppressedBy: "vendor" },
        ],
      },
    ] as const;
    const [image] = await seedImages(store, acme, [{ repository: "acme/compared", tag: "1", packages }]);
    const path = `/orgs/acme/images/${image!.id}`;
    const early = await server.request("viewer", "GET", `${path}/reconciliation`);
    assert.equal(early.json.code, "NOT_FOUND");
    const sent = await server.request("service:analyse", "POST", `${path}/reports`, { document });
    assert.deepEqual([sent.status, sent.json.kind, sent.json.imageId], [202, "report", image!.id]);
    const finding = { aliases: [], purl: null, package: "left", version: "1.0.0", severity: "high" } as const;
    const fixed = { fixedVersion: "2", status: null };
    await inOrg(store, acme, async (tx) => {
      const said = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"];
      const findings = said.map((vulnerability) => ({ ...finding, ...fixed, vulnerability }));
      await recordOutsideFindings(tx, acme, sent.json.id, findings);
      const read = { imageId: image!.id, format: "grype", tool: "grype 1", outcome: null };
      await recordRead(tx, acme, sent.json.id, { ...read, subjectDigest: image!.digest });
    });
    const { json } = await server.request("viewer", "GET", `${path}/reconciliation`);
    assert.deepEqual([json.sameImage, json.report.tool], [true, "grype 1"]);
    assert.deepEqual(json.counts, { "only-theirs": 1, "only-ours": 0, differ: 1, agree: 1 });
    assert.deepEqual(
      json.rows.map((row: { vulnerability: string; agreement: string; reasons: string[] }) => [
        row.vulnerability,
        row.agreement,
        row.reasons.join(),
      ]),
      [
        ["CVE-2026-3", "only-theirs", "no-advisory"],
        ["CVE-2026-2", "differ", "suppressed,severity"],
        ["CVE-2026-1", "agree", ""],
      ],
    );
    const one = await server.request("viewer", "GET", `${path}/reconciliation?agreement=agree`);
    assert.equal(one.json.rows.length, 1);
    const unknown = await server.request(
      "service:analyse",
      "POST",
      "/orgs/acme/images/" + crypto.randomUUID() + "/reports",
      {
        document,
      },
    );
    assert.equal(unknown.json.code, "NOT_FOUND");
  });
});

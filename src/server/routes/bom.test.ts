/** What clients of Dependency-Track send, at the addresses that they know. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { expandDocument } from "../../store/stores/image-documents.ts";
import { findUploadTask, recordUploadFailure } from "../../store/stores/uploads.ts";

const bom = '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"/>';
const base64 = Buffer.from(bom).toString("base64");
const named = { projectName: "My App", projectVersion: "1.0", autoCreate: true, bom: base64 };

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

/** With the token as Dependency-Track's clients send theirs. */
async function withKey(as: As): Promise<Record<string, string>> {
  const { authorization = "" } = await server.credentials(as);
  return { "x-api-key": authorization.replace("Bearer ", "") };
}

async function put(body: object, as: As = "service:analyse") {
  return server.request("anonymous", "PUT", "/bom", body, { headers: await withKey(as) });
}

async function post(form: FormData, as: As = "service:analyse") {
  const headers = await withKey(as);
  return server.request("anonymous", "POST", "/bom", undefined, { headers, body: form });
}

async function contentOf(token: string): Promise<string> {
  const { acme } = server.orgs;
  const task = await inOrg(server.parts.store, acme, (tx) => findUploadTask(tx, acme, token));
  return (await expandDocument(task!.body)).toString();
}

describe("PUT /api/v1/bom", () => {
  it("takes a BOM for the organisation of the token, and tells when it was read", async () => {
    const { status, json } = await put(named);
    assert.equal(status, 200);
    assert.equal(await contentOf(json.token), bom);
    for (const kind of ["bom", "event"]) {
      const headers = await withKey("service:analyse");
      const progress = await server.request("anonymous", "GET", `/${kind}/token/${json.token}`, undefined, {
        headers,
      });
      assert.deepEqual(progress.json, { processing: true });
    }
    const { acme } = server.orgs;
    const failure = { code: "SBOM_UNSUPPORTED", message: "none" };
    await inOrg(server.parts.store, acme, (tx) => recordUploadFailure(tx, acme, json.token, failure));
    const progress = await server.request("service:analyse", "GET", `/bom/token/${json.token}`);
    assert.deepEqual(progress.json, { processing: false });
  });

  it("takes fields that it has no use for", async () => {
    const more = { projectTags: [{ name: "a" }], parentName: "b", isLatestProjectVersion: true };
    assert.equal((await put({ ...named, ...more })).status, 200);
  });

  it("makes a project only when it is told to", async () => {
    const { projectName: _, ...rest } = named;
    const unknown = { ...rest, projectName: "Unknown", autoCreate: false };
    assert.deepEqual((await put(unknown)).json.code, "PROJECT_UNKNOWN");
    assert.equal((await put({ ...unknown, autoCreate: true })).status, 200);
    assert.equal((await put(unknown)).status, 200);
    assert.equal((await put(rest)).json.code, "REQUEST_INVALID");
    const id = "00000000-0000-4000-8000-000000000000";
    assert.equal((await put({ project: id, bom: base64 })).json.code, "PROJECT_UNKNOWN");
  });

  it("knows a project by its id", async () => {
    const { acme } = server.orgs;
    await put(named);
    const { id } = await inOrg(server.parts.store, acme, (tx) =>
      tx.selectFrom("uploaded_project").select("id").where("name", "=", "My App").executeTakeFirstOrThrow(),
    );
    assert.equal((await put({ project: id, bom: base64 })).status, 200);
  });

  const refused: readonly (readonly [As, string])[] = [
    ["service:read", "FORBIDDEN"],
    ["token:viewer", "FORBIDDEN"],
    ["token:administrator", "FORBIDDEN"],
  ];
  for (const [as, code] of refused) {
    it(`is refused to ${as}`, async () => {
      assert.equal((await put(named, as)).json.code, code);
    });
  }

  it("is refused to nobody in particular, and to a wrong key", async () => {
    assert.equal((await server.request("anonymous", "PUT", "/bom", named)).json.code, "SIGN_IN_NEEDED");
    const headers = { "x-api-key": "wrong" };
    const wrong = await server.request("owner", "PUT", "/bom", named, { headers });
    assert.equal(wrong.json.code, "TOKEN_INVALID", "a session does not step in for a wrong key");
  });

  it("takes a personal token that leaves no choice of the organisation", async () => {
    assert.equal((await put(named, "token:developer")).status, 200);
    const { outsider } = server.accounts;
    const member = { org_id: server.orgs.acme, account_id: outsider, role: "developer" } as const;
    await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      tx.insertInto("member").values(member).execute(),
    );
    assert.equal((await put(named, "token:outsider")).json.code, "FORBIDDEN");
  });
});

describe("POST /api/v1/bom", () => {
  const form = (bomPart: string | Blob): FormData => {
    const made = new FormData();
    for (const [name, value] of Object.entries({ ...named, autoCreate: "true" }))
      if (name !== "bom") made.set(name, value);
    made.set("bom", bomPart);
    return made;
  };

  it("takes a BOM as a file of a form, and as a field", async () => {
    for (const part of [new Blob([bom], { type: "application/xml" }), bom]) {
      const { status, json } = await post(form(part));
      assert.equal(status, 200, JSON.stringify(json));
      assert.equal(await contentOf(json.token), bom);
    }
  });

  it("refuses what is no form, and a form without a BOM", async () => {
    const empty = form(bom);
    empty.delete("bom");
    assert.equal((await post(empty)).json.code, "REQUEST_INVALID");
    const headers = {
      ...(await withKey("service:analyse")),
      "content-type": "multipart/form-data; boundary=x",
    };
    const broken = await server.request("anonymous", "POST", "/bom", undefined, { headers, body: "--y" });
    assert.equal(broken.json.code, "REQUEST_INVALID");
    const json = await server.request("service:analyse", "POST", "/bom", named);
    assert.equal(json.json.code, "REQUEST_INVALID");
  });

  it("refuses more than a document may have", async () => {
    const headers = {
      ...(await withKey("service:analyse")),
      "content-type": "multipart/form-data; boundary=x",
    };
    const body = "x".repeat(34 * 1024 ** 2);
    const large = await server.request("anonymous", "POST", "/bom", undefined, { headers, body });
    assert.equal(large.json.code, "REQUEST_TOO_LARGE");
  });
});

/** `plimsoll push sbom://FILE`: sent to the real server on a loopback port, and waited for until a worker has read it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pushSbomReport } from "../src/api/push-reports.ts";
import { listen, type Listening } from "../src/server/listen.ts";
import { inOrg } from "../src/store/in-org.ts";
import { recordUploadFailure } from "../src/store/stores/uploads.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";
import { startTestServer, type TestServer } from "./helpers/server.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-push-sbom-"));
const file = join(folder, "bom.json");
let server: TestServer;
let listening: Listening;
let env: Record<string, string>;

before(async () => {
  server = await startTestServer();
  listening = await listen(server.app, { host: "127.0.0.1", port: 0, closeWithinMs: 0 });
  const { authorization = "" } = await server.credentials("service:analyse");
  env = {
    PLIMSOLL_HOME: folder,
    PLIMSOLL_SERVER: `http://127.0.0.1:${listening.address.port}`,
    PLIMSOLL_TOKEN: authorization.replace("Bearer ", ""),
  };
  writeFileSync(file, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [] }));
});
after(async () => {
  await listening.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function push(...args: readonly string[]): Promise<Run> {
  return runInProcess(["push", "--org", "acme", ...args], { env });
}

test("sends the document, and tells where it is going to stand", async () => {
  const args = ["--project", "my-app", "--project-version", "1.2", "--wait", "0", "--format", "json"];
  const run = await push(...args, `sbom://${file}`);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = pushSbomReport.parse(JSON.parse(run.stdout));
  assert.deepEqual(
    [report.state, report.repository, report.tag],
    ["queued", "uploads.invalid/my-app", "1.2"],
  );
  const text = await push("--project", "my-app", "--wait", "0", `sbom://${file}`);
  assert.match(text.stdout, /^my-app was sent; its upload is [0-9a-f-]{36}\n$/);
});

test("needs to know what it is the SBOM of, and takes nothing that is about images", async () => {
  for (const args of [[`sbom://${file}`], ["--project", "a", "--secrets", `sbom://${file}`]]) {
    const run = await push(...args);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error USAGE/m);
  }
});

test("fails with the reason when the server could not read it", async () => {
  const running = push("--project", "broken", "--wait", "30", `sbom://${file}`);
  const { acme } = server.orgs;
  let failed = 0;
  while (failed === 0) {
    failed = await inOrg(server.parts.store, acme, async (tx) => {
      const rows = await tx
        .selectFrom("upload")
        .innerJoin("uploaded_project", "uploaded_project.id", "upload.project_id")
        .select("upload.id")
        .where("uploaded_project.name", "=", "broken")
        .execute();
      const failure = { code: "SBOM_UNSUPPORTED", message: "the document is of no known SBOM format" };
      for (const { id } of rows) await recordUploadFailure(tx, acme, id, failure);
      return rows.length;
    });
  }
  const run = await running;
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error SBOM_UNSUPPORTED: The server could not read the SBOM/m);
});

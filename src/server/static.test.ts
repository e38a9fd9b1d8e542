import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createStaticFiles } from "./static.ts";

const outer = mkdtempSync(join(tmpdir(), "plimsoll-static-"));
after(() => rmSync(outer, { recursive: true }));
const folder = join(outer, "web");
mkdirSync(join(folder, "assets"), { recursive: true });
writeFileSync(join(outer, "secret.txt"), "secret");
writeFileSync(join(folder, "index.html"), "<!doctype html><title>dashboard</title>");
writeFileSync(join(folder, "favicon.svg"), "<svg/>");
writeFileSync(join(folder, "assets/index-B4x_9a2Q.js"), "export {};");
symlinkSync(join(outer, "secret.txt"), join(folder, "assets/link.txt"));
const files = createStaticFiles(folder);

test("files with a hash in their name are kept for good", async () => {
  const answer = files("/assets/index-B4x_9a2Q.js");
  assert.equal(answer.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.equal(await answer.text(), "export {};");
});

test("other files are asked for again", () => {
  const answer = files("/favicon.svg");
  assert.equal(answer.headers.get("content-type"), "image/svg+xml");
  assert.equal(answer.headers.get("cache-control"), "no-cache");
});

for (const path of ["/", "/index.html", "/o/acme/images", "/redeem", "/login"]) {
  test(`${path} is a page of the dashboard`, async () => {
    const answer = files(path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(answer.headers.get("cache-control"), "no-cache");
    assert.match(await answer.text(), /dashboard/);
  });
}

test("an asset of another build is not there, rather than a page in place of a script", () => {
  assert.equal(files("/assets/index-old.js").status, 404);
});

const outside = [
  "/../secret.txt",
  "/assets/../../secret.txt",
  "/assets/link.txt",
  "//secret.txt",
  "/..%2fsecret.txt",
];
for (const path of outside) {
  test(`${path} leads nowhere`, async () => {
    assert.ok(!(await files(path).text()).includes("secret"));
  });
}

for (const missing of [null, join(outer, "nowhere")]) {
  test(`without a build (${missing === null ? "none named" : "no folder"}) a page says so`, async () => {
    const answer = createStaticFiles(missing)("/");
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /not built/);
  });
}

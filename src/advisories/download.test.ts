/** Downloads that break off, from a loopback server that lets them. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { eventually } from "../../test/helpers/eventually.ts";
import { httpRequest } from "../io/http.ts";
import { download, downloadBytesMax, type Download, type HttpClient } from "./download.ts";
import { partialPath, removeOldPartials } from "./partial-download.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-download-"));
const first = Buffer.from("the first version, ".repeat(2_000));
const second = Buffer.from("the second one, ".repeat(1_500));

/** How the server behaves. */
const normal = {
  body: first,
  etag: '"1"' as string | null,
  /** Bytes of each answer after which the connection breaks; none left: the answer is whole. */
  breaks: [] as number[],
  status: null as number | null,
  takesRanges: true,
};
let served = { ...normal };
let asked: { range: string | null; condition: string | null }[] = [];

const server = createServer((request, response) => {
  const { body, etag, status, takesRanges } = served;
  const range = request.headers.range ?? null;
  const condition = request.headers["if-range"] ?? null;
  asked.push({ range, condition: typeof condition === "string" ? condition : null });
  if (status !== null && range !== null) return void response.writeHead(status).end();
  const isSame = condition === etag && takesRanges;
  const start = range !== null && isSame ? Number(/(\d+)/.exec(range)?.[1]) : 0;
  const rest = body.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": rest.length,
    ...(etag !== null && { etag }),
    ...(start > 0 && { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` }),
  });
  const breakAfter = served.breaks.shift();
  if (breakAfter === undefined) return void response.end(rest);
  // Not before all of them have arrived: what is on its way when a connection breaks may be lost.
  response.write(rest.subarray(0, breakAfter), () => void breakWhenStored(response, start + breakAfter));
});

/** The folder of the download. */
let dir = "";
let url = "";

async function breakWhenStored(response: ServerResponse, sizeBytes: number): Promise<void> {
  const isStored = (): boolean =>
    (statSync(partialPath(dir, url), { throwIfNoEntry: false })?.size ?? 0) >= sizeBytes;
  await eventually(isStored, `${sizeBytes} bytes are stored`);
  response.destroy();
}

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/all.zip`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

const http: HttpClient = (request) =>
  httpRequest({ ...request, limits: { ...request.limits, retriesMax: 0 } });

describe("a download that breaks off", () => {
  let count = 0;
  beforeEach(() => {
    count += 1;
    dir = join(root, String(count));
    mkdirSync(dir);
    served = { ...normal, breaks: [] };
    asked = [];
  });
  const fetchAll = (): Promise<Download> => download({ url, dir, validators: null, http, signal: null });

  async function assertWhole(expected: Buffer, sentBytes: number): Promise<void> {
    const result = await fetchAll();
    assert.ok(result.kind === "changed");
    assert.deepEqual(readFileSync(result.path), expected);
    assert.deepEqual([result.sizeBytes, result.sentBytes], [expected.length, sentBytes]);
    await result.remove();
    assert.deepEqual(readdirSync(dir), []);
  }

  it("is taken up where it stopped", async () => {
    served.breaks = [10_000, 5_000];
    await assertWhole(first, first.length);
    assert.deepEqual(asked, [
      { range: null, condition: null },
      { range: "bytes=10000-", condition: '"1"' },
      { range: "bytes=15000-", condition: '"1"' },
    ]);
  });

  it("takes no more bytes than one may have, those of before among them", async () => {
    const ceilings: (number | undefined)[] = [];
    const counting: HttpClient = (request) => {
      ceilings.push(request.limits?.bodyBytesMax);
      return http(request);
    };
    served.breaks = [10_000];
    const result = await download({ url, dir, validators: null, http: counting, signal: null });
    assert.equal(result.kind, "changed");
    assert.deepEqual(ceilings, [downloadBytesMax, downloadBytesMax - 10_000]);
  });

  it("is taken up by the next attempt, with the rest alone", async () => {
    served.breaks = [10_000, 0];
    await assert.rejects(fetchAll(), { code: "HTTP_FAILED" });
    await assertWhole(first, first.length - 10_000);
    assert.equal(asked.at(-1)?.range, "bytes=10000-");
  });

  it("begins anew when there is another version", async () => {
    served.breaks = [10_000, 0];
    await assert.rejects(fetchAll(), { code: "HTTP_FAILED" });
    served = { ...normal, body: second, etag: '"2"', breaks: [] };
    await assertWhole(second, second.length);
  });

  const others: readonly (readonly [string, Partial<typeof normal>])[] = [
    ["the server has no rest", { status: 416 }],
    ["the server sends the whole all the same", { takesRanges: false }],
    ["the server sends another part", { status: 206 }],
  ];
  for (const [name, behaviour] of others) {
    it(`begins anew when ${name}`, async () => {
      served.breaks = [10_000, 0];
      await assert.rejects(fetchAll(), { code: "HTTP_FAILED" });
      served = { ...normal, ...behaviour, breaks: [] };
      await assertWhole(first, first.length);
    });
  }

  for (const etag of [null, 'W/"1"']) {
    it(`leaves nothing when the version cannot be told (${etag})`, async () => {
      served = { ...normal, etag, breaks: [10_000] };
      await assert.rejects(fetchAll(), { code: "HTTP_FAILED" });
      assert.deepEqual(
        readdirSync(dir).filter((name) => name.endsWith(".part")),
        [],
      );
      await assertWhole(first, first.length);
    });
  }

  it("is forgotten after some days", async () => {
    const path = partialPath(dir, url);
    for (const name of [path, `${path}.json`]) {
      writeFileSync(name, "x");
      utimesSync(name, new Date("2026-01-01T00:00:00Z"), new Date("2026-01-01T00:00:00Z"));
    }
    writeFileSync(join(dir, "manifest.json"), "{}");
    await removeOldPartials(dir, new Date("2026-01-03T00:00:00Z"));
    assert.equal(readdirSync(dir).length, 3);
    await removeOldPartials(dir, new Date("2026-01-05T00:00:00Z"));
    assert.deepEqual(readdirSync(dir), ["manifest.json"]);
  });

  it("is not taken up from notes that are damaged", async () => {
    const path = partialPath(dir, url);
    writeFileSync(path, "the first");
    writeFileSync(`${path}.json`, "{");
    await assertWhole(first, first.length);
    assert.equal(asked[0]?.range, null);
  });
});

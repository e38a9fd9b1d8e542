/** Live parts of distributions, from a loopback server that serves the upstream samples where their publishers have them. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { readFeedSamples, samplesArchive } from "../../test/helpers/feed-samples.ts";
import { skipWithout } from "../../test/helpers/shared.ts";
import { httpRequest } from "../io/http.ts";
import { openDatabase } from "./database.ts";
import { getFeed } from "./feeds.ts";
import { updateDatabase, type UpdatedPart } from "./update.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-live-"));
const served = new Map<string, Buffer>();
const requests: string[] = [];
const archiveDay = "Sun, 04 Aug 2024 12:00:00 GMT";
let base = "";

/** With the validators and ranges of a file server. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? "").replace(/^\//, "");
  requests.push(path);
  const body = served.get(path);
  if (body === undefined) return void response.writeHead(404).end();
  const etag = `"${body.length}"`;
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  response.writeHead(200, { etag, "last-modified": archiveDay }).end(body);
}
const server = createServer(answer);

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

function serve(path: string, body: string | Buffer | undefined): void {
  served.set(path, Buffer.from(body ?? assert.fail(path)));
}

async function update(dir: string, label: string): Promise<UpdatedPart> {
  const [feed = ""] = label.split("/");
  // The name of a feed selects the part of osv that is called the same, too.
  const report = await updateDatabase({
    dir,
    parts: [label],
    mirrors: { osv: base, [feed]: base },
    acceptShrunk: [],
    now: new Date("2026-11-20T00:00:00Z"),
    signal: null,
    http: (request) => httpRequest({ ...request, limits: { ...request.limits, retriesMax: 0 } }),
  });
  return report.parts.find((part) => part.feed === feed) ?? assert.fail(feed);
}

/** Ids of the rows of a package. */
function idsOf(dir: string, space: string, name: string): string[] {
  const database = openDatabase(dir, { verify: true });
  const found = database.findAdvisories([{ space, name, version: "", by: "package" }]);
  database.close();
  return (found.get(`${space}\n${name}`) ?? []).map(({ id }) => id);
}

describe("live parts", { skip: skipWithout(samplesArchive) }, () => {
  let samples: ReadonlyMap<string, Buffer>;
  const sample = (path: string): Buffer => samples.get(path) ?? assert.fail(path);
  let count = 0;
  const fresh = (): string => join(root, `d${(count += 1)}`);

  before(async () => {
    samples = await readFeedSamples([
      "amazon/testdata/fixtures/",
      "arch/testdata/fixtures/advisory.json",
      "fedora/updateinfo/testdata/fixtures/happy/fedora/",
      "oracle/linux/testdata/fixtures/",
      "redhat/vex/",
      "rocky/errata/testdata/fixtures/happy/",
      "suse/csaf_vex/testdata/fixtures/",
    ]);
  });
  beforeEach(() => {
    served.clear();
    requests.length = 0;
  });

  /** Updates, then again: nothing has changed, and no content is fetched. */
  async function updateTwice(label: string, records: number): Promise<string> {
    const dir = fresh();
    const first = await update(dir, label);
    assert.deepEqual([first.outcome, first.recordCount, first.error], ["updated", records, null]);
    assert.deepEqual(first.counts?.reasons, []);
    assert.ok(first.downloadBytes > 0);
    const contents = requests.filter((path) => /\.(?:gz|zst|bz2)$/.test(path));
    requests.length = 0;
    const second = await update(dir, label);
    assert.deepEqual([second.outcome, second.downloadBytes], ["unchanged", 0]);
    const [feed = "", part = ""] = label.split("/");
    const isFollowed = getFeed(feed).parts.find(({ id }) => id === part)?.follow !== undefined;
    // Where pages lead to the content, they tell enough; a file is asked for, and answered without its bytes.
    const again = requests.filter((path) => contents.includes(path));
    assert.deepEqual(again, isFollowed ? [] : contents);
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith(".download")),
      [],
    );
    return dir;
  }

  it("of Amazon Linux 2: mirrors, indexes, lists of the core and of extras", async () => {
    const folder = "amazon/testdata/fixtures";
    const repomd = sample(`${folder}/repomd_valid.xml`);
    const none = sample(`${folder}/repomd_noupdateinfo.xml`);
    const publicBase = getFeed("amazon").baseUrl;
    // The mirrors' addresses are the public ones, which this mirror stands in for.
    serve("2/core/latest/x86_64/mirror.list", `${publicBase}2/core/2.0/x86_64/abc\n${publicBase}other\n`);
    serve("2/core/2.0/x86_64/abc/repodata/repomd.xml", repomd);
    serve("2/core/2.0/x86_64/abc/repodata/updateinfo.xml.gz", sample(`${folder}/updateinfo_2.xml.gz`));
    serve("2/extras/kernel-5.15/latest/x86_64/mirror.list", `${publicBase}2/extras/kernel-5.15/1/`);
    serve("2/extras/kernel-5.15/1/repodata/repomd.xml", repomd);
    serve(
      "2/extras/kernel-5.15/1/repodata/updateinfo.xml.gz",
      sample(`${folder}/updateinfo_2_kernel-5.15.xml.gz`),
    );
    serve("2/extras/emacs/latest/x86_64/mirror.list", `${publicBase}2/extras/emacs/1`);
    serve("2/extras/emacs/1/repodata/repomd.xml", none);
    const dir = await updateTwice("amazon/2", 2);
    assert.ok(idsOf(dir, "rpm:amzn:2", "kernel").length > 0);
  });

  it("of Amazon Linux 2023: beside the core, live patches", async () => {
    const folder = "amazon/testdata/fixtures";
    const repomd = sample(`${folder}/repomd_valid.xml`);
    for (const [name, list] of [
      ["core", "2023"],
      ["kernel-livepatch", "2023_kernel-livepatch"],
      ["nvidia", "2023_nvidia"],
    ] as const) {
      serve(`al2023/${name}/mirrors/latest/x86_64/mirror.list`, `${base}al2023/${name}/guids/1/x86_64/\n`);
      serve(`al2023/${name}/guids/1/x86_64/repodata/repomd.xml`, repomd);
      serve(
        `al2023/${name}/guids/1/x86_64/repodata/updateinfo.xml.gz`,
        sample(`${folder}/updateinfo_${list}.xml.gz`),
      );
    }
    await updateTwice("amazon/2023", 3);
  });

  it("of Fedora: the index of a repository, and a list compressed with zstd", async () => {
    const folder = "linux/updates/43/Everything/x86_64/repodata/";
    const below = `fedora/updateinfo/testdata/fixtures/happy/fedora/${folder}`;
    for (const [path, body] of samples) {
      if (path.startsWith(below)) serve(`${folder}${path.slice(below.length)}`, body);
    }
    const dir = fresh();
    // The sample is an update about a bug: no rows, but a release that is known.
    const { outcome, counts } = await update(dir, "fedora/43");
    assert.deepEqual([outcome, counts?.records, counts?.empty], ["updated", 1, 1]);
    const database = openDatabase(dir, { verify: true });
    assert.deepEqual(database.status.spaces, ["rpm:fedora:43"]);
    database.close();
  });

  it("of Arch Linux: one list", async () => {
    serve("json", sample("arch/testdata/fixtures/advisory.json"));
    const dir = await updateTwice("arch", 2);
    assert.deepEqual(idsOf(dir, "alpm:arch", "libtiff"), ["CVE-2015-7554", "CVE-2016-10095"]);
  });

  it("of Oracle Linux: one file, compressed with bzip2", async () => {
    serve(
      "com.oracle.elsa-all.xml.bz2",
      sample("oracle/linux/testdata/fixtures/com.oracle.elsa-all.xml.bz2"),
    );
    await updateTwice("oracle", 2);
  });

  it("of SUSE: one archive, compressed with bzip2", async () => {
    serve("csaf-vex.tar.bz2", sample("suse/csaf_vex/testdata/fixtures/csaf-vex.tar.bz2"));
    await updateTwice("suse", 1);
  });

  it("of Rocky Linux: page after page", async () => {
    const folder = "rocky/errata/testdata/fixtures/happy";
    const total = (page: string): string =>
      sample(`${folder}/${page}.json`)
        .toString()
        .replace(/"total":\d+/, '"total":2');
    serve("api/v3/advisories/?page=1&size=100", total("page1"));
    // A notice of a bug in the sample; of security here, so that it counts.
    serve("api/v3/advisories/?page=2&size=1", total("page2").replaceAll("RLBA-", "RLSA-"));
    const dir = await updateTwice("rocky", 2);
    assert.ok(idsOf(dir, "rpm:rocky:10", "delve").length > 0);
    served.delete("api/v3/advisories/?page=2&size=1");
    serve("api/v3/advisories/?page=1&size=100", `${total("page1")} `);
    const broken = await update(dir, "rocky");
    assert.deepEqual([broken.outcome, broken.error?.code, broken.recordCount], ["failed", "HTTP_FAILED", 2]);
  });

  describe("of Red Hat", () => {
    const names = ["2023/cve-2023-6228.json", "2023/cve-2023-6238.json", "2023/cve-2023-6240.json"] as const;
    const archived = 5;
    const changed = "redhat/vex/v1/testdata/fixtures/2023/cve-2023-6212.json";

    beforeEach(() => {
      serve("vex-archive.tar.zst", sample("redhat/vex/v2/testdata/fixtures/vex-archive.tar.zst"));
      serve("changes.csv", `"${names[0]}","2024-08-04T10:17:22+00:00"\n`);
      serve("deletions.csv", "");
    });

    it("an archive, when nothing has changed since", async () => {
      await updateTwice("redhat", archived);
    });

    it("what has changed since replaces what the archive holds, and what has gone goes", async () => {
      const document = sample(changed).toString();
      serve("2023/cve-2023-6240.json", document.replaceAll("CVE-2023-6212", "CVE-2023-6240"));
      serve(
        "changes.csv",
        `"${names[2]}","2024-08-04T14:17:22+02:01"\n"${names[0]}","2024-08-04T12:00:00+00:00"\n"2023/cve-2023-9.json","2024-08-05T00:00:00+00:00"\n`,
      );
      serve("deletions.csv", `"${names[1]}","2024-08-05T00:00:00+00:00"\nno row\n`);
      const dir = await updateTwice("redhat", archived - 1);
      // The one that changed before the archive was made was not fetched; the one that is not there has gone since.
      assert.equal(requests.includes(names[0]), false);
      assert.ok(idsOf(dir, "rpm:rhel:9", "libtiff").length > 0);
    });

    it("lists without their archive fail, and say so", async () => {
      const dir = fresh();
      await update(dir, "redhat");
      served.delete("vex-archive.tar.zst");
      serve("changes.csv", `"${names[0]}","2024-08-04T10:17:23+00:00"\n`);
      const { outcome, error, recordCount } = await update(dir, "redhat");
      assert.deepEqual([outcome, error?.code, recordCount], ["failed", "HTTP_FAILED", archived]);
    });
  });

  const elsewhere: readonly (readonly [string, string])[] = [
    ["another host", "https://example.com/2/core"],
    ["a file", "file:///etc"],
  ];
  for (const [name, address] of elsewhere) {
    it(`a page that leads to ${name} is refused`, async () => {
      serve("2/core/latest/x86_64/mirror.list", address);
      await assert.rejects(update(fresh(), "amazon/2"), { code: "FEED_INVALID", message: /another host/ });
    });
  }
});

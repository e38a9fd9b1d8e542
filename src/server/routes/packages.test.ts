/** Packages over all images: the list, and who holds one, by name and version range, before any advisory names it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { nasty, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
  const log4j = (version: string) => ({
    ecosystem: "maven",
    namespace: "org.apache.logging.log4j",
    name: "log4j-core",
    version,
    purl: `pkg:maven/org.apache.logging.log4j/log4j-core@${version}`,
  });
  await seedImages(server.parts.store, server.orgs.acme, [
    { repository: "acme/old-java", tag: "1", packages: [log4j("2.14.1")], environments: ["lab"] },
    { repository: "acme/new-java", tag: "1", packages: [log4j("2.17.1")] },
    { repository: "acme/odd-java", tag: "1", packages: [{ ...log4j("2.1"), version: "" }] },
  ]);
  await seedImages(server.parts.store, server.orgs.other, [
    { repository: "other/java", tag: "1", packages: [log4j("2.13.0")] },
  ]);
});
after(() => server.close());

const get = (path: string): Promise<Answer> => server.request("viewer", "GET", `/orgs/acme${path}`);
const holders = async (pattern: string, more = ""): Promise<Answer["json"]> => {
  const answer = await get(`/packages/holders?pattern=${encodeURIComponent(pattern)}${more}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const repositories = ({ images }: Answer["json"]): string[] =>
  images
    .map(({ repository }: { repository: string }) => repository.replace("registry.example.com/", ""))
    .toSorted();

describe("who holds a package", () => {
  const rows: readonly (readonly [pattern: string, is: readonly string[], more?: string])[] = [
    ["log4j-core@<2.17.1", ["acme/odd-java", "acme/old-java"]],
    ["log4j-core@>=2.17.1", ["acme/new-java", "acme/odd-java"]],
    ["log4j-core@2.14.1", ["acme/odd-java", "acme/old-java"]],
    ["log4j-core", ["acme/new-java", "acme/odd-java", "acme/old-java"]],
    ["log4j-*", ["acme/new-java", "acme/odd-java", "acme/old-java"]],
    ["org.apache.logging.log4j:log4j-core", ["acme/new-java", "acme/odd-java", "acme/old-java"]],
    ["pkg:maven/org.apache.*/log4j-core@>2.15", ["acme/new-java", "acme/odd-java"]],
    ["log4j-core", ["acme/old-java"], "&environment=lab"],
    ["log4j-core", [], "&environment=production"],
    ["log4j", []],
    ["LOG4J-core", []],
    ["%", []],
  ];
  for (const [pattern, is, more = ""] of rows) {
    test(`${pattern}${more}`, async () => {
      if (pattern === "%") {
        const answer = await get(`/packages/holders?pattern=${encodeURIComponent(pattern)}`);
        assert.deepEqual([answer.status, answer.json.code], [400, "REQUEST_INVALID"]);
        return;
      }
      const answer = await holders(pattern, more);
      assert.deepEqual(repositories(answer), is);
      assert.equal(answer.imageCount, is.length);
    });
  }

  test("says where it cannot tell", async () => {
    const { packages, images } = await holders("log4j-core@<2.17.1");
    assert.deepEqual(packages.map(({ version, inRange }: Answer["json"]) => [version, inRange]).toSorted(), [
      ["", "unknown"],
      ["2.14.1", "yes"],
    ]);
    assert.deepEqual(
      images
        .map(({ repository, certain }: Answer["json"]) => [repository.split("/").at(-1), certain])
        .toSorted(),
      [
        ["odd-java", false],
        ["old-java", true],
      ],
    );
  });

  test("names tags, environments and what each image holds, as the text that it is", async () => {
    const { images } = await holders("openssl");
    const app = images.find(({ imageId }: Answer["json"]) => imageId === seeded.app.id);
    assert.deepEqual(
      [app.tags, app.environments, app.purls, app.certain],
      [["1.0"], ["production"], ["pkg:deb/debian/openssl@3.0.1?arch=amd64"], true],
    );
    const nastyNames = (await get(`/packages?name=${encodeURIComponent(nasty.slice(0, 20))}`)).json.entries;
    assert.equal(nastyNames[0].name, nasty);
  });
});

describe("the list of packages", () => {
  test("pages through all by name, each once", async () => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { json } = await get(`/packages?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...json.entries.map(({ purl, version }: Answer["json"]) => `${purl} ${version}`));
      cursor = json.next ?? "";
    } while (cursor !== "");
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.length >= 6, seen.join("\n"));
    const all = (await get("/packages?limit=200")).json.entries;
    assert.equal(all.length, seen.length);
    const openssl = all.find(({ name }: Answer["json"]) => name === "openssl");
    assert.deepEqual([openssl.ecosystem, openssl.vulnerabilityCount], ["npm", 2]);
    assert.equal(openssl.imageCount, 4);
  });

  test("by the start of a name and by ecosystem", async () => {
    const names = async (query: string) =>
      (await get(`/packages?${query}`)).json.entries.map(({ name }: Answer["json"]) => name);
    assert.deepEqual(await names("name=open"), ["openssl"]);
    assert.deepEqual(await names("name=open&ecosystem=maven"), []);
    assert.deepEqual(await names("name=pen"), []);
  });

  test("holds nothing of another organisation's", async () => {
    const mine = (await server.request("outsider", "GET", "/orgs/other/packages")).json.entries;
    assert.deepEqual(
      mine.map(({ version }: Answer["json"]) => version),
      ["2.13.0"],
    );
    assert.deepEqual(repositories(await holders("log4j-core@2.13.0")), ["acme/odd-java"]);
  });
});

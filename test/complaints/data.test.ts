/** Complaints of Docker Scout's users about its data: where it comes from, what it misses and what it makes up. */
import { AsyncLocalStorage } from "node:async_hooks";
import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { after, before, test } from "node:test";
import { cvesReport, explainReport, policyReport } from "../../src/api/reports.ts";
import { elfFile } from "../helpers/elf-file.ts";
import { goFunctions, goRecord } from "../helpers/go-record.ts";
import { file } from "../helpers/oci-tar.ts";
import { CRITICAL, makeScene, npmPackage, osRelease, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-data");
const fixedIn = (name: string, secfixes: Readonly<Record<string, readonly string[]>>): object => ({
  pkg: { name, secfixes },
});
const records: readonly object[] = [
  osvRecord("CVE-2030-0001", "npm", "lib", { fixed: "2.0.0", severity: CRITICAL }),
  ...["urllib3", "left"].map((name, at) =>
    osvRecord(`GHSA-g4mx-q9vg-27p${at}`, "PyPI", name, { aliases: ["CVE-2023-45803"], fixed: "2.0.7" }),
  ),
  {
    reponame: "os",
    urlprefix: "https://packages.wolfi.dev",
    packages: [fixedIn("py3-urllib3", { "2.0.6-r1": ["CVE-2023-45803"] })],
  },
  osvRecord("GHSA-5555-5555-5555", "PyPI", "django", { aliases: ["CVE-2030-0005"], fixed: "4.2.8" }),
  osvRecord("PYSEC-2030-5", "PyPI", "django", {
    aliases: ["CVE-2030-0005"],
    introduced: "4.0",
    fixed: "4.2.7",
  }),
  {
    id: "GO-2030-0006",
    modified: "2030-01-01T00:00:00Z",
    aliases: ["CVE-2030-0006"],
    affected: [
      {
        package: { ecosystem: "Go", name: "stdlib" },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.22.6" }] }],
        ecosystem_specific: { imports: [{ path: "net/http", symbols: ["Server.Serve"] }] },
      },
    ],
  },
  osvRecord("CVE-2030-0007", "NuGet", "Ghost"),
  osvRecord("CVE-2030-0008", "NuGet", "Real"),
  {
    distroversion: "v3.22",
    reponame: "main",
    archs: ["x86_64"],
    packages: [
      fixedIn("openssl", { "3.5.1-r0": ["CVE-2030-0009"], "0": ["CVE-2030-0010"] }),
      fixedIn("nodejs", { "22.1.0-r0": ["CVE-2030-0028"] }),
    ],
  },
  osvRecord("CVE-2030-0029", "npm", "nodejs"),
  osvRecord("CVE-2030-0030", "PyPI", "ruamel.yaml"),
];
/** One image with what most complaints are about, since each image that is read costs a process. */
function writeImage(): string {
  const installed =
    "P:libcrypto3\nV:3.5.0-r0\nA:x86_64\no:openssl\n\n" +
    "P:nodejs-lts\nV:22.0.0-r0\nA:x86_64\no:nodejs\n\nP:npm\nV:11.0.0-r0\nA:x86_64\no:npm\n\n";
  const target = ".NETCoreApp,Version=v8.0";
  const deps = {
    runtimeTarget: { name: target, signature: "" },
    targets: { [target]: { "Real/1.0.0": { runtime: { "lib/net8.0/Real.dll": {} } }, "Ghost/1.0.0": {} } },
    libraries: { "Real/1.0.0": { type: "package" }, "Ghost/1.0.0": { type: "package" } },
  };
  const python = (name: string, version: string) =>
    file(`usr/lib/python3/${name}-${version}.dist-info/METADATA`, `Name: ${name}\nVersion: ${version}\n`);
  const goProgram = (version: string, functions: readonly string[]) =>
    elfFile(
      {
        ".go.buildinfo": goRecord(version, "path\texample.com/gosu\n"),
        ".gopclntab": goFunctions(functions),
      },
      { sizeBytes: 70_000 },
    );
  return scene.image("app", [
    osRelease("alpine", "3.22.1"),
    file("lib/apk/db/installed", installed),
    npmPackage("lib", "1.0.0"),
    python("Django", "4.2.7"),
    python("ruamel_yaml", "1.0"),
    file("app/app.deps.json", JSON.stringify(deps)),
    file("opt/gosu", goProgram("go1.22.4", ["runtime.main", "main.main"]), { mode: 0o755 }),
    file("opt/web", goProgram("go1.22.5", ["net/http.(*Server).Serve", "main.main"]), { mode: 0o755 }),
  ]);
}

let image = "";
before(async () => {
  await scene.advisories(records);
  image = writeImage();
});
after(() => scene.close());

/** Of the packages with one of these names. */
async function findingsOf(reference: string, ...names: readonly string[]): Promise<readonly string[]> {
  const { findings } = cvesReport.parse(await scene.json(["cves", reference]));
  return findings
    .filter(({ package: pkg }) => names.includes(pkg.name))
    .map(({ package: pkg, vulnerability, status }) => `${pkg.name} ${vulnerability} ${status}`)
    .toSorted();
}

test("complaint 1: no account, no sign-in and no network, from the image to the verdict", async () => {
  const connections: unknown[] = [];
  // Other tests of this process may open connections at the same time.
  const own = new AsyncLocalStorage<true>();
  const note = (socket: unknown): void => {
    if (own.getStore() === true) connections.push(socket);
  };
  const opened = channel("net.client.socket");
  opened.subscribe(note);
  try {
    await own.run(true, async () => {
      // As on a machine that got its data on a stick.
      assert.equal((await scene.run(["db", "export", "db.tar"])).exitCode, 0);
      const away = {
        env: { PLIMSOLL_HOME: `${scene.folder}/away`, PLIMSOLL_CACHE_DIR: `${scene.folder}/home/cache` },
      };
      const taken = await scene.run(["db", "import", "db.tar"], away);
      assert.equal(taken.exitCode, 0, taken.stderr);
      for (const verb of ["quickview", "recommendations", "fixes"]) {
        const { exitCode, stderr } = await scene.run([verb, image], away);
        assert.equal(exitCode, 0, stderr);
      }
      const { verdict } = policyReport.parse(await scene.json(["policy", image], away));
      assert.equal(verdict?.results[0]?.status, "not_met");
    });
  } finally {
    opened.unsubscribe(note);
  }
  assert.equal(connections.length, 0);
});

test("complaint 3: nothing needs an organisation, and one that cannot be had is said plainly", async () => {
  assert.equal((await scene.run(["policy", image])).exitCode, 0);
  const asked = await scene.run(["policy", "--org", "acme", image]);
  assert.equal(asked.exitCode, 1);
  assert.match(asked.stderr, /^error SERVER_UNKNOWN: .*\n {2}.*plimsoll login/m);
});

test("complaint 4: the distribution's word on the Python packages that it built", async () => {
  const site = "usr/lib/python3.12/site-packages";
  const metadata = (name: string) =>
    file(`${site}/${name}-2.0.6.dist-info/METADATA`, `Name: ${name}\nVersion: 2.0.6\n`);
  const record = `P:py3-urllib3\nV:2.0.6-r1\nA:x86_64\no:py3-urllib3\nF:${site}/urllib3-2.0.6.dist-info\nR:METADATA\n\n`;
  const wolfi = scene.image("wolfi", [
    osRelease("wolfi", "20230201"),
    file("lib/apk/db/installed", record),
    metadata("urllib3"),
    metadata("left"),
  ]);
  // The fix was built into 2.0.6-r1; what pip put beside it is judged by PyPI's advisories.
  assert.deepEqual(await findingsOf(wolfi, "left", "urllib3"), ["left CVE-2023-45803 affected"]);
});

test("complaint 5: why a version is in a range, by whose word, with the sources that say otherwise", async () => {
  const args = ["explain", "CVE-2030-0005", image];
  const { findings, considered } = explainReport.parse(await scene.json(args));
  assert.deepEqual(
    findings[0]?.evidence.map(({ advisory, comparison }) => [advisory.id, comparison]),
    [["GHSA-5555-5555-5555", "4.2.7 >= 0 and 4.2.7 < 4.2.8 (pep440)"]],
  );
  assert.deepEqual(
    considered.map(({ advisory, reasons }) => [advisory.id, reasons]),
    [["PYSEC-2030-5", ["4.2.7 < 4.2.7 is false (pep440)"]]],
  );
});

test("complaint 6: a Go program without the vulnerable functions of the standard library is not affected", async () => {
  const { findings } = cvesReport.parse(await scene.json(["cves", image]));
  const told = findings
    .filter(({ package: pkg }) => pkg.name === "stdlib")
    .map(({ status, package: pkg }) => `${pkg.locations[0]?.path} ${status}`);
  assert.deepEqual(told.toSorted(), ["opt/gosu not_affected", "opt/web affected"]);
});

test("complaint 7: a package of .NET that no file came from is not listed", async () => {
  assert.deepEqual(await findingsOf(image, "Real", "Ghost"), ["Real CVE-2030-0008 affected"]);
});

test("complaint 8: Alpine's own list is asked, by the source package", async () => {
  assert.deepEqual(await findingsOf(image, "libcrypto3"), ["libcrypto3 CVE-2030-0009 affected"]);
});

test("complaint 28: a package that is called otherwise than in its advisories is found, and a namesake is not", async () => {
  const names = ["nodejs-lts", "npm", "nodejs", "ruamel-yaml"];
  const expected = ["nodejs-lts CVE-2030-0028 affected", "ruamel-yaml CVE-2030-0030 affected"];
  assert.deepEqual(await findingsOf(image, ...names), expected);
  // Nor is it lost on the way through a document.
  const { stdout } = await scene.run(["sbom", "--format", "cyclonedx", image]);
  assert.deepEqual(await findingsOf(`sbom://${scene.write("renamed.json", stdout)}`, ...names), expected);
});

/**
 * Images whose packages are hidden, replaced or broken, by means that other scanners were fooled with: what is there is found, what is
 * gone is not, and what cannot be read is never a clean result.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Sbom } from "../../src/domain/package.ts";
import { defaultUnpackLimits, type UnpackLimits } from "../../src/domain/files.ts";
import { catalogPackages, inspectorsOf, keepsHistory, wantsFile } from "../../src/ecosystems/catalog.ts";
import { unpack } from "../../src/image/unpack.ts";
import { buildImage, streamBlobs } from "../helpers/oci-image.ts";
import { directory, file, hardLink, opaque, symlink, whiteout, type TarEntry } from "../helpers/oci-tar.ts";
import { writeZip } from "../helpers/zip.ts";

async function inventory(
  layers: readonly (readonly TarEntry[])[],
  limits: Partial<UnpackLimits> = {},
): Promise<Sbom> {
  const image = buildImage({ layers: layers.map((entries) => ({ entries })) });
  const files = await unpack(streamBlobs(image), {
    wants: wantsFile("installed"),
    keepsHistory,
    inspectors: inspectorsOf("installed"),
    limits: { ...defaultUnpackLimits, ...limits },
    verify: false,
    signal: null,
    now: () => 0,
  });
  return catalogPackages(files, "installed");
}

const release = file("etc/os-release", "ID=debian\nVERSION_ID=13\n");
const STATUS = "var/lib/dpkg/status";

function stanza(name: string, version = "1"): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: ${version}\n\n`;
}

function npm(folder: string, name: string, version = "1.0.0"): TarEntry {
  return file(`${folder}node_modules/${name}/package.json`, JSON.stringify({ name, version }));
}

function jar(name: string, more: readonly { name: string; content: string | Buffer }[] = []): Buffer {
  const properties = `groupId=org.example\nartifactId=${name}\nversion=1.0\n`;
  return writeZip([
    { name: `META-INF/maven/org.example/${name}/pom.properties`, content: properties },
    ...more,
  ]);
}

interface Row {
  readonly name: string;
  readonly layers: readonly (readonly TarEntry[])[];
  /** `name version`, sorted. */
  readonly packages: readonly string[];
  /** Codes that make it incomplete; none: it is complete. */
  readonly problems?: readonly string[];
}

const rows: readonly Row[] = [
  {
    name: "a folder whose name starts with wh beside a whiteout",
    layers: [
      [release, file(STATUS, stanza("a")), npm("wh/", "kept"), npm(".whale/", "also"), npm("gone/", "gone")],
      [whiteout("gone"), file("whatever", "")],
    ],
    packages: ["a 1", "also 1.0.0", "kept 1.0.0"],
  },
  {
    name: "a package deleted, and added again by a later layer",
    layers: [
      [release, file(STATUS, stanza("a")), npm("", "b", "1.0.0")],
      [whiteout("node_modules/b")],
      [npm("", "b", "2.0.0")],
    ],
    packages: ["a 1", "b 2.0.0"],
  },
  {
    name: "a folder deleted and filled again by one layer, in the wrong order",
    layers: [
      [release, file(STATUS, stanza("a")), npm("", "b"), npm("", "c")],
      [npm("", "d"), whiteout("node_modules")],
    ],
    packages: ["a 1", "d 1.0.0"],
  },
  {
    name: "a package database that is a hard link to a file of a lower layer",
    layers: [
      [release, file("var/lib/dpkg/status-old", stanza("a"))],
      [hardLink(STATUS, "var/lib/dpkg/status-old")],
    ],
    packages: ["a 1"],
  },
  {
    name: "an opaque folder hides the packages below it",
    layers: [
      [release, file(STATUS, stanza("a")), npm("srv/", "b"), npm("srv/x/", "c")],
      [directory("srv"), npm("srv/", "d"), opaque("srv")],
    ],
    packages: ["a 1", "d 1.0.0"],
  },
  {
    name: "the package database removed by a later layer",
    layers: [[release, file(STATUS, stanza("a"))], [whiteout(STATUS)]],
    packages: [],
    problems: ["NO_PACKAGE_DATABASE"],
  },
  {
    name: "the folder of the package database removed, languages left",
    layers: [[release, file(STATUS, stanza("a")), npm("", "b")], [whiteout("var/lib")]],
    packages: ["b 1.0.0"],
    problems: ["NO_PACKAGE_DATABASE"],
  },
  {
    name: "the package database hidden by an opaque root",
    layers: [
      [release, file(STATUS, stanza("a"))],
      [opaque(""), release, npm("", "b")],
    ],
    packages: ["b 1.0.0"],
    problems: ["NO_PACKAGE_DATABASE"],
  },
  {
    name: "the package database emptied",
    layers: [[release, file(STATUS, stanza("a"))], [file(STATUS, "")]],
    packages: [],
    problems: ["NO_PACKAGE_DATABASE"],
  },
  {
    name: "the package database in place of which a link to nothing stands",
    layers: [[release, file(STATUS, stanza("a"))], [symlink(STATUS, "/nowhere")]],
    packages: [],
    problems: ["LINK_UNRESOLVED", "NO_PACKAGE_DATABASE"],
  },
  {
    name: "a broken record between good ones",
    layers: [
      [release, file(STATUS, `${stanza("a")}Package: b\nStatus: install ok installed\n\n${stanza("c")}`)],
    ],
    packages: ["a 1", "c 1"],
    problems: ["RECORD_INVALID"],
  },
  {
    name: "a broken file of one ecosystem beside good ones of others",
    layers: [
      [
        release,
        file(STATUS, stanza("a")),
        file("node_modules/bad/package.json", '{"name":'),
        npm("", "b"),
        file("opt/broken.jar", jar("x").subarray(0, 90)),
        file("opt/whole.jar", jar("y")),
      ],
    ],
    packages: ["a 1", "b 1.0.0", "y 1.0"],
    problems: ["PARSE_FAILED"],
  },
  {
    name: "jars in jars in jars",
    layers: [
      [
        release,
        file(STATUS, stanza("a")),
        file(
          "app.jar",
          jar("outer", [
            {
              name: "BOOT-INF/lib/middle.jar",
              content: jar("middle", [{ name: "lib/inner.jar", content: jar("inner") }]),
            },
          ]),
        ),
      ],
    ],
    packages: ["a 1", "inner 1.0", "middle 1.0", "outer 1.0"],
  },
];

describe("hostile: packages", () => {
  for (const { name, layers, packages, problems = [] } of rows) {
    it(name, async () => {
      const sbom = await inventory(layers);
      assert.deepEqual(sbom.packages.map((pkg) => `${pkg.name} ${pkg.version}`).sort(), packages);
      for (const code of problems) {
        assert.ok(
          sbom.problems.some((problem) => problem.code === code),
          `${code} is not among ${sbom.problems.map((problem) => problem.code).join(", ")}`,
        );
      }
      assert.equal(sbom.completeness, problems.length === 0 ? "complete" : "incomplete");
    });
  }

  it("jars that go deeper than anybody looks are said, not left out in silence", async () => {
    let nested = jar("core");
    for (let depth = 0; depth < 40; depth += 1) {
      nested = jar(`level${depth}`, [{ name: "lib/next.jar", content: nested }]);
    }
    const sbom = await inventory([[release, file(STATUS, stanza("a")), file("app.jar", nested)]]);
    assert.ok(sbom.packages.some((pkg) => pkg.name === "level39"));
    assert.ok(!sbom.packages.some((pkg) => pkg.name === "core"));
    assert.equal(sbom.completeness, "incomplete");
  });

  it("a bomb in a jar takes no more than its limit, and the jar beside it is read", async () => {
    const bomb = jar("bomb", [{ name: "lib/zeros.jar", content: Buffer.alloc(300 * 1024 * 1024) }]);
    const sbom = await inventory([
      [release, file(STATUS, stanza("a")), file("bomb.jar", bomb), file("good.jar", jar("good"))],
    ]);
    assert.ok(sbom.packages.some((pkg) => pkg.name === "good"));
    assert.equal(sbom.completeness, "incomplete");
  });

  it("limits hold for all layers together", async () => {
    const layer = (index: number): TarEntry[] => [npm(`${index}/`, "b", `1.0.${index}`)];
    const layers = [[release, file(STATUS, stanza("a"))], ...Array.from({ length: 20 }, (_, i) => layer(i))];
    for (const limits of [
      { totalBytesMax: 20_000 },
      { entriesMax: 10 },
      { wantedTotalBytesMax: 200 },
    ] satisfies Partial<UnpackLimits>[]) {
      const sbom = await inventory(layers, limits);
      assert.equal(sbom.completeness, "incomplete", Object.keys(limits).join());
      assert.ok(sbom.packages.length < 21);
    }
    assert.equal((await inventory(layers)).packages.length, 21);
  });
});

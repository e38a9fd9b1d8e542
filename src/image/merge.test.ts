import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildImage, streamBlobs } from "../../test/helpers/oci-image.ts";
import {
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  whiteout,
  type TarEntry,
} from "../../test/helpers/oci-tar.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import { unpack } from "./unpack.ts";

interface Row {
  readonly name: string;
  readonly layers: readonly (readonly TarEntry[])[];
  /** Default: every path. */
  readonly wants?: readonly string[];
  /** `path=content@layer` of every wanted file of the merged tree. */
  readonly files: readonly string[];
  readonly problems?: readonly string[];
}

const rows: Row[] = [
  {
    name: "upper layer wins",
    layers: [[file("a", "1"), file("b", "1")], [file("a", "2")]],
    files: ["a=2@1", "b=1@0"],
  },
  { name: "last entry of a path wins", layers: [[file("a", "1"), file("a", "2")]], files: ["a=2@0"] },
  {
    name: "leading ./ and / and final slashes",
    layers: [[directory("./d"), file("./d/a", "1"), file("/b", "2"), file("d//./c", "3")]],
    files: ["b=2@0", "d/a=1@0", "d/c=3@0"],
  },

  {
    name: "whiteout of a file",
    layers: [[file("d/a", "1"), file("d/b", "1")], [whiteout("d/a")]],
    files: ["d/b=1@0"],
  },
  {
    name: "whiteout of a folder",
    layers: [[file("d/e/a", "1"), file("b", "1")], [whiteout("d")]],
    files: ["b=1@0"],
  },
  {
    name: "whiteout of nothing",
    layers: [[file("a", "1")], [whiteout("x/y"), whiteout("z")]],
    files: ["a=1@0"],
  },
  {
    name: "whiteout, then added again in the same layer",
    layers: [[file("a", "1")], [whiteout("a"), file("a", "2")]],
    files: ["a=2@1"],
  },
  {
    name: "added, then whiteout in the same layer: it hides lower layers only",
    layers: [[file("a", "1")], [file("a", "2"), whiteout("a")]],
    files: ["a=2@1"],
  },
  {
    name: "whiteout, then added again in a later layer",
    layers: [[file("a", "1")], [whiteout("a")], [file("a", "3")]],
    files: ["a=3@2"],
  },
  {
    name: "whiteout of a folder that the same layer fills again",
    layers: [
      [file("d/a", "1"), file("d/b", "1")],
      [file("d/a", "2"), whiteout("d")],
    ],
    files: ["d/a=2@1"],
  },
  {
    name: "names that only contain wh",
    layers: [
      [
        file("a.wh.b", "1"),
        file("wh.a", "1"),
        file(".whatever", "1"),
        file("x/.wh", "1"),
        file("a", "1"),
        file("b", "1"),
      ],
      [file("c.wh.a", "2")],
    ],
    files: [".whatever=1@0", "a.wh.b=1@0", "a=1@0", "b=1@0", "c.wh.a=2@1", "wh.a=1@0", "x/.wh=1@0"],
  },
  {
    name: "a folder named like a whiteout marks nothing below it",
    layers: [[file("a/b", "1")], [file(".wh.x/b", "2")]],
    files: [".wh.x/b=2@1", "a/b=1@0"],
  },
  {
    name: "whiteout without a name",
    layers: [[file("d/a", "1")], [file("d/.wh."), file("d/.wh.."), file("d/.wh...")]],
    files: ["d/a=1@0"],
    problems: ["TAR_ENTRY_REFUSED", "TAR_ENTRY_REFUSED", "TAR_ENTRY_REFUSED"],
  },

  {
    name: "opaque folder",
    layers: [
      [file("d/a", "1"), file("d/e/f", "1"), file("x", "1")],
      [directory("d"), opaque("d"), file("d/b", "2")],
    ],
    files: ["d/b=2@1", "x=1@0"],
  },
  {
    name: "opaque mark after the folder's files",
    layers: [[file("d/a", "1")], [file("d/b", "2"), opaque("d")]],
    files: ["d/b=2@1"],
  },
  { name: "opaque root", layers: [[file("d/a", "1")], [opaque(""), file("b", "2")]], files: ["b=2@1"] },
  {
    name: "opaque folder in place of a link: the link's target stays",
    layers: [
      [file("usr/lib/a", "1"), symlink("lib", "usr/lib")],
      [directory("lib"), opaque("lib"), file("lib/b", "2")],
    ],
    files: ["lib/b=2@1", "usr/lib/a=1@0"],
  },
  {
    name: "bookkeeping of old drivers",
    layers: [
      [
        directory(".wh..wh.plnk"),
        file(".wh..wh.plnk/1.2", "1"),
        hardLink("a", ".wh..wh.plnk/1.2"),
        file(".wh..wh.aufs"),
      ],
    ],
    wants: ["a"],
    files: ["a=1@0"],
  },

  { name: "file in place of a folder", layers: [[file("d/a", "1")], [file("d", "2")]], files: ["d=2@1"] },
  {
    name: "folder in place of a file",
    layers: [[file("d", "1")], [directory("d"), file("d/a", "2")]],
    files: ["d/a=2@1"],
  },
  {
    name: "link in place of a folder",
    layers: [[file("d/a", "1"), file("e/a", "1")], [symlink("d", "e")]],
    files: ["d/a=1@0", "e/a=1@0"],
  },
  {
    name: "file in place of a link: the target stays",
    layers: [[file("a", "1"), symlink("l", "a")], [file("l", "2")]],
    files: ["a=1@0", "l=2@1"],
  },
  {
    name: "folders are merged",
    layers: [
      [directory("d"), file("d/a", "1")],
      [directory("d"), file("d/b", "2")],
    ],
    files: ["d/a=1@0", "d/b=2@1"],
  },
  {
    name: "whiteout of a link: the target stays",
    layers: [[file("d/a", "1"), symlink("l", "d")], [whiteout("l")]],
    files: ["d/a=1@0"],
  },

  { name: "hard link in a layer", layers: [[file("a", "1"), hardLink("b", "a")]], files: ["a=1@0", "b=1@0"] },
  {
    name: "hard link to a file that is not wanted",
    layers: [[file("a", "1"), hardLink("b", "./a")]],
    wants: ["b"],
    files: ["b=1@0"],
  },
  {
    name: "hard link across layers",
    layers: [[file("a", "1")], [hardLink("b", "a")]],
    files: ["a=1@0", "b=1@0"],
  },
  {
    name: "hard link to a file that is deleted later",
    layers: [[file("a", "1"), hardLink("b", "a")], [whiteout("a")]],
    files: ["b=1@0"],
  },
  {
    name: "hard link to a file that is replaced later",
    layers: [[file("a", "1"), hardLink("b", "a")], [file("a", "2")]],
    files: ["a=2@1", "b=1@0"],
  },
  {
    name: "chain of hard links",
    layers: [
      [file("a", "1"), hardLink("b", "a")],
      [hardLink("c", "b")],
      [hardLink("d", "/c"), whiteout("a"), whiteout("b")],
    ],
    files: ["c=1@0", "d=1@0"],
  },
  {
    name: "hard link to a symbolic link",
    layers: [[file("a", "1"), symlink("s", "a"), hardLink("h", "s")]],
    wants: ["h"],
    files: ["h=1@0"],
  },
  {
    name: "hard link through a linked folder",
    layers: [[file("usr/lib/a", "1"), symlink("lib", "usr/lib"), hardLink("b", "lib/a")]],
    wants: ["b"],
    files: ["b=1@0"],
  },
  { name: "hard link to itself", layers: [[file("a", "1"), hardLink("a", "a")]], files: ["a=1@0"] },
  {
    name: "hard link to nothing, or to a folder, leaves nothing",
    layers: [
      [file("b", "1"), directory("d")],
      [hardLink("b", "x"), hardLink("c", "d")],
    ],
    files: [],
    problems: ["LINK_UNRESOLVED", "LINK_UNRESOLVED"],
  },

  {
    name: "wanted link",
    layers: [[file("usr/lib/os-release", "1"), symlink("etc/os-release", "../usr/lib/os-release")]],
    wants: ["etc/os-release"],
    files: ["etc/os-release=1@0"],
  },
  {
    name: "wanted absolute link, its target in another layer",
    layers: [[symlink("etc/os-release", "/usr/lib/os-release")], [file("usr/lib/os-release", "2")]],
    wants: ["etc/os-release"],
    files: ["etc/os-release=2@1"],
  },
  {
    name: "link that leads out of the image stays inside",
    layers: [[symlink("a", "../../../../etc/passwd"), file("etc/passwd", "inside")]],
    wants: ["a"],
    files: ["a=inside@0"],
  },
  {
    name: "chain of links",
    layers: [[symlink("a", "b"), symlink("b", "c/../d"), directory("c"), file("d", "1")]],
    wants: ["a"],
    files: ["a=1@0"],
  },
  {
    name: "links in a circle",
    layers: [[symlink("a", "b"), symlink("b", "a"), symlink("c", "c/x")]],
    files: [],
    problems: ["LINK_UNRESOLVED", "LINK_UNRESOLVED", "LINK_UNRESOLVED"],
  },
  { name: "link to nothing", layers: [[symlink("a", "nowhere")]], files: [], problems: ["LINK_UNRESOLVED"] },
  {
    name: "link through a file",
    layers: [[file("f", "1"), symlink("a", "f/x")]],
    files: ["f=1@0"],
    problems: ["LINK_UNRESOLVED"],
  },
  {
    name: "wanted below a linked folder",
    layers: [[file("data/dpkg/status", "1"), symlink("var/lib/dpkg", "../../data/dpkg")]],
    wants: ["var/lib/dpkg/status"],
    files: ["var/lib/dpkg/status=1@0"],
  },
  {
    name: "wanted below two linked folders",
    layers: [
      [file("store/dpkg/status", "1"), symlink("data/dpkg", "/store/dpkg"), symlink("var/lib", "/data")],
    ],
    wants: ["var/lib/dpkg/status"],
    files: ["var/lib/dpkg/status=1@0"],
  },
  {
    name: "written through a linked folder by a later layer",
    layers: [
      [symlink("lib", "usr/lib"), file("usr/lib/apk/db/installed", "1")],
      [file("lib/apk/db/installed", "2")],
    ],
    wants: ["lib/apk/db/installed"],
    files: ["lib/apk/db/installed=2@1"],
  },
  {
    name: "written through a linked folder, wanted under the real path",
    layers: [[symlink("lib", "usr/lib"), directory("usr/lib")], [file("lib/apk/db/installed", "2")]],
    wants: ["usr/lib/apk/db/installed"],
    files: ["usr/lib/apk/db/installed=2@1"],
  },
  {
    name: "whiteout through a linked folder",
    layers: [[symlink("lib", "usr/lib"), file("usr/lib/a", "1")], [whiteout("lib/a")]],
    files: [],
  },
  {
    name: "written through a link to a folder that is not there yet",
    layers: [[symlink("var/run", "/run")], [file("var/run/a", "1")]],
    files: ["run/a=1@1", "var/run/a=1@1"],
  },
  {
    name: "folder entry over a link replaces it",
    layers: [
      [symlink("lib", "usr/lib"), file("usr/lib/a", "1")],
      [directory("lib"), file("lib/b", "2")],
    ],
    files: ["lib/b=2@1", "usr/lib/a=1@0"],
  },
  {
    name: "a merged /lib does not show files twice",
    layers: [[symlink("lib", "usr/lib"), file("usr/lib/n/x/package.json", "1")]],
    files: ["usr/lib/n/x/package.json=1@0"],
  },
  {
    name: "documentation folder that is a link",
    layers: [[file("usr/share/doc/a/copyright", "1"), symlink("usr/share/doc/b", "a")]],
    files: ["usr/share/doc/a/copyright=1@0", "usr/share/doc/b/copyright=1@0"],
  },
  {
    name: "link to its own folder and to the root",
    layers: [[file("usr/bin/a", "1"), symlink("usr/bin/X11", "."), symlink("host", "/")]],
    files: ["usr/bin/a=1@0"],
  },
  {
    name: "writing through links in a circle",
    layers: [[symlink("a", "b"), symlink("b", "a"), file("a/x", "1")]],
    wants: ["a/x"],
    files: [],
    problems: ["LINK_UNRESOLVED"],
  },

  {
    name: "paths that lead upwards",
    layers: [
      [file("../a", "1"), file("d/../../a", "1"), file("..", "1"), file("b", "1"), hardLink("c", "../b")],
    ],
    files: ["b=1@0"],
    problems: ["TAR_ENTRY_REFUSED", "TAR_ENTRY_REFUSED", "TAR_ENTRY_REFUSED", "TAR_ENTRY_REFUSED"],
  },
  {
    name: "a NUL in a name",
    layers: [[file("x", "1", { pax: { path: "a\0b" } }), file("b", "1")]],
    files: ["b=1@0"],
    problems: ["TAR_ENTRY_REFUSED"],
  },
  {
    name: "dots that are names",
    layers: [[file("...", "1"), file("..a/b..", "1"), file(".a", "1")]],
    files: ["...=1@0", "..a/b..=1@0", ".a=1@0"],
  },
  {
    name: "devices, pipes and unknown kinds are no files",
    layers: [
      [file("a", "1"), file("b", "1")],
      [
        { path: "a", type: "3" },
        { path: "b", type: "6" },
        { path: "c", type: "Z" },
      ],
    ],
    files: [],
    problems: ["TAR_ENTRY_REFUSED"],
  },
];

describe("unpack: the merged tree", () => {
  for (const row of rows) {
    it(row.name, async () => {
      const image = buildImage({ layers: row.layers.map((entries) => ({ entries })) });
      const wants =
        row.wants === undefined ? () => true : (path: string) => row.wants?.includes(path) === true;
      const result = await unpack(streamBlobs(image), {
        wants,
        limits: defaultUnpackLimits,
        verify: false,
        signal: null,
        now: () => 0,
      });
      const paths = result.wanted.map((one) => one.path);
      assert.deepEqual(paths, [...paths].sort());
      assert.deepEqual(
        result.wanted
          .map((one) => `${one.path}=${Buffer.from(one.bytes).toString()}@${one.layerIndex}`)
          .sort(),
        [...row.files].sort(),
      );
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        row.problems ?? [],
      );
      for (const one of result.wanted) assert.equal(one.layer, image.layers[one.layerIndex ?? -1]?.diffId);
    });
  }

  it("counts the files of the merged tree", async () => {
    const image = buildImage({
      layers: [
        {
          entries: [
            file("a"),
            file("d/b"),
            file("d/c"),
            hardLink("e", "a"),
            symlink("s", "a"),
            directory("x"),
          ],
        },
        { entries: [whiteout("d"), file("d/z"), file("a")] },
      ],
    });
    const options = { limits: defaultUnpackLimits, verify: false, signal: null, now: () => 0 };
    const result = await unpack(streamBlobs(image), { ...options, wants: () => false });
    assert.equal(result.fileCount, 3);
    assert.deepEqual(result.wanted, []);
  });

  it("keeps earlier versions up to the last removal", async () => {
    const image = buildImage({
      layers: [
        { entries: [file("db", "0"), file("other", "0")] },
        { entries: [whiteout("db"), file("db", "1")] },
        { entries: [file("db", "2a"), file("db", "2"), file("other", "2")] },
        { entries: [file("x")] },
        { entries: [file("db", "4")] },
      ],
    });
    const result = await unpack(streamBlobs(image), {
      wants: () => true,
      keepsHistory: (path) => path === "db",
      limits: defaultUnpackLimits,
      verify: false,
      signal: null,
      now: () => 0,
    });
    const shown = result.wanted.map((one) => [
      one.path,
      Buffer.from(one.bytes).toString(),
      (one.earlier ?? []).map((old) => `${Buffer.from(old.bytes).toString()}@${old.layerIndex}`),
    ]);
    assert.deepEqual(shown, [
      ["db", "4", ["1@1", "2@2"]],
      ["other", "2", []],
      ["x", "", []],
    ]);
  });
});

/**
 * Groups of jars without coordinates, against Debian's Maven repository, whose folders name the group of every jar: a jar that the
 * table has a row for gets the group that Maven knows it by. (Debian: maven brings a hundred of them.)
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { readJarName } from "../../src/ecosystems/maven/jar-name.ts";
import { findKnownGroup } from "../../src/ecosystems/maven/known-groups.ts";
import { openZip, ZipBudget } from "../../src/ecosystems/shared/zip.ts";
import { viewOf } from "../helpers/ecosystem-sample.ts";

const REPOSITORY = "/usr/share/maven-repo";
const isMissing = !existsSync(REPOSITORY) && process.env["CI"] !== "true";

/** Names that jsr305 had before it came to Maven's central repository; Debian keeps folders of them. */
const debianNames = new Map([
  ["org.jsr-305", "com.google.code.findbugs"],
  ["org.jsr305", "com.google.code.findbugs"],
]);

test(
  "groups of jars, as Debian's Maven repository has them",
  { skip: isMissing ? "needs Debian's package maven" : false },
  () => {
    const wrong: string[] = [];
    let known = 0;
    for (const path of readdirSync(REPOSITORY, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".jar")) continue;
      // `org/tukaani/xz/1.9/xz-1.9.jar`; the version `debian` stands for whichever is installed, as the file it leads to tells.
      const artifactFolder = dirname(dirname(path));
      const group = dirname(artifactFolder).replaceAll("/", ".");
      const artifact = basename(artifactFolder);
      const real = realpathSync(join(REPOSITORY, path));
      const written = basename(dirname(path));
      const version = written === "debian" ? (readJarName(basename(real)).version ?? "0") : written;
      const opening = openZip(viewOf(readFileSync(real)), new ZipBudget());
      assert.equal(opening.kind, "opened", path);
      if (opening.kind !== "opened") continue;
      const { archive } = opening;
      const row = findKnownGroup(
        artifact,
        version,
        (folder) => archive.members((name) => name.startsWith(folder)).next().done !== true,
      );
      if (row === null) continue;
      known += 1;
      if (row.group !== (debianNames.get(group) ?? group)) wrong.push(`${path}: ${row.group}`);
    }
    assert.deepEqual(wrong, []);
    assert.ok(known >= 10, `only ${known} jars have a row`);
  },
);

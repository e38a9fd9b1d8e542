/**
 * A real Debian image, made with mmdebstrap and buildah in two layers, read as an OCI layout, as a docker archive and through a
 * real registry: the same packages from all three, equal to what dpkg-query says inside the image's own root.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startRegistry, type LocalRegistry } from "../helpers/local-registry.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runCommand, runProcess } from "../helpers/run-plimsoll.ts";

const skip =
  process.getuid?.() === 0
    ? skipWithoutPrograms("mmdebstrap", "buildah", "skopeo", "docker-registry", "chroot")
    : "needs root to make a Debian root file system";
const folder = mkdtempSync(join(tmpdir(), "plimsoll-debian-"));
const env = {
  HOME: folder,
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_DB_DIR: join(folder, "no-db"),
};
let registry: LocalRegistry | null = null;
let truth: string[] = [];

async function must(program: string, ...args: string[]): Promise<string> {
  const run = await runCommand(program, args);
  assert.equal(run.exitCode, 0, `${program} ${args.join(" ")}\n${run.stderr}`);
  return run.stdout;
}

before(async () => {
  if (skip !== false) return;
  const rootfs = join(folder, "rootfs.tar");
  await must("mmdebstrap", "--mode=root", "--variant=minbase", "bookworm", rootfs);
  const buildah = [
    "--root",
    join(folder, "root"),
    "--runroot",
    join(folder, "run"),
    "--storage-driver",
    "vfs",
  ];
  writeFileSync(
    join(folder, "Dockerfile"),
    "FROM scratch\nADD rootfs.tar /\nRUN dpkg --purge --force-all gcc-12-base\nUSER 65532\n",
  );
  await must(
    "buildah",
    ...buildah,
    "bud",
    "--isolation",
    "chroot",
    "--layers",
    "-t",
    "local/debian:1",
    folder,
  );
  await must("buildah", ...buildah, "push", "local/debian:1", `oci:${join(folder, "layout")}:1`);
  await must(
    "skopeo",
    "copy",
    `oci:${join(folder, "layout")}:1`,
    `docker-archive:${join(folder, "image.tar")}:local/debian:1`,
  );
  registry = await startRegistry(join(folder, "registry"));
  await must(
    "skopeo",
    "copy",
    "--dest-tls-verify=false",
    `oci:${join(folder, "layout")}:1`,
    `docker://${registry.host}/team/debian:1`,
  );
  await must("mkdir", join(folder, "tree"));
  await must("tar", "-xf", rootfs, "-C", join(folder, "tree"), "--exclude=./dev");
  await must("chroot", join(folder, "tree"), "dpkg", "--purge", "--force-all", "gcc-12-base");
  truth = dpkgLines(
    await must(
      "chroot",
      join(folder, "tree"),
      "dpkg-query",
      "-W",
      "-f",
      "${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n",
    ),
  );
});

after(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function dpkgLines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("ii"))
    .map((line) => line.split("\t").slice(1).join(" "))
    .sort();
}

interface NativeSbom {
  readonly completeness: string;
  readonly verification: string;
  readonly packages: readonly {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly sourcePackage: { readonly name: string; readonly version: string };
    readonly evidence: readonly { readonly layerIndex: number }[];
  }[];
}

async function packagesOf(
  reference: string,
  ...flags: string[]
): Promise<{ lines: string[]; document: NativeSbom }> {
  const run = await runProcess(["sbom", "--format", "json", ...flags, reference], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  const document = JSON.parse(run.stdout) as NativeSbom;
  const lines = document.packages
    .filter((pkg) => pkg.ecosystem === "deb")
    .map(
      (pkg) =>
        `${pkg.name} ${pkg.version} ${pkg.architecture} ${pkg.sourcePackage.name} ${pkg.sourcePackage.version}`,
    )
    .sort();
  return { lines, document };
}

test("dpkg in the image's own root is the truth", { skip }, () => {
  assert.ok(truth.length > 80, `dpkg-query lists ${truth.length} packages`);
});

const forms = [
  {
    name: "OCI layout",
    reference: () => `oci-dir://${join(folder, "layout")}`,
    verification: "verified",
    flags: [],
  },
  {
    name: "docker archive",
    reference: () => `archive://${join(folder, "image.tar")}`,
    verification: "unverified",
    flags: [],
  },
  {
    name: "docker archive, hashed",
    reference: () => `archive://${join(folder, "image.tar")}`,
    verification: "verified",
    flags: ["--verify"],
  },
  {
    name: "registry",
    reference: () => `registry://${registry?.host}/team/debian:1`,
    verification: "verified",
    flags: [],
  },
];

for (const form of forms) {
  test(`${form.name}: the packages are dpkg's, to the last version`, { skip }, async () => {
    const { lines, document } = await packagesOf(form.reference(), ...form.flags);
    assert.deepEqual(lines, truth);
    assert.equal(document.completeness, "complete");
    assert.equal(document.verification, form.verification);
  });
}

test(
  "packages belong to the layer that brought them, although the last layer rewrote the database",
  { skip },
  async () => {
    const { document } = await packagesOf(`oci-dir://${join(folder, "layout")}`);
    const layers = new Set(
      document.packages.flatMap((pkg) => pkg.evidence.map((evidence) => evidence.layerIndex)),
    );
    assert.deepEqual([...layers], [0]);
  },
);

test(
  "without a database a question about vulnerabilities is an error, not a clean result",
  { skip },
  async () => {
    const run = await runProcess(["cves", "--exit-code", `oci-dir://${join(folder, "layout")}`], { env });
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^error DATABASE_MISSING: /m);
  },
);

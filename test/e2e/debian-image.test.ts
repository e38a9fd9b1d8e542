/**
 * A real Debian image, made with mmdebstrap and buildah in four layers, read as an OCI layout (gzip and zstd), as a docker
 * archive and through a real registry (OCI and Docker manifests): the same packages from all, equal to what dpkg-query says
 * inside the built image's own root.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  // Every form must be read by itself: some share a digest, and the cache would answer for it.
  PLIMSOLL_NO_CACHE: "1",
  PLIMSOLL_DB_DIR: join(folder, "no-db"),
};
let registry: LocalRegistry | null = null;
let truth: string[] = [];

async function must(program: string, ...args: string[]): Promise<string> {
  const run = await runCommand(program, args);
  assert.equal(run.exitCode, 0, `${program} ${args.join(" ")}\n${run.stderr}`);
  return run.stdout;
}

/** Four layers; the last instructions make none. `left-pad` and `six` come and stay, `gone` and an older `six` do not. */
const dockerfile = `FROM scratch
ADD rootfs.tar /
RUN dpkg --purge --force-all gcc-12-base
COPY app /srv/my-app
RUN rm -r /srv/my-app/node_modules/gone && cd /usr/lib/python3/dist-packages && mv six-1.15.0.dist-info six-1.16.0.dist-info && sed -i s/1.15.0/1.16.0/ six-1.16.0.dist-info/METADATA
ENV PATH=/usr/bin
USER 65532
`;

function writeContext(): void {
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  for (const name of ["left-pad", "gone"]) {
    const place = join(folder, "app/node_modules", name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "1.3.0" }));
  }
}

/** mmdebstrap's hook gives the base its Python package; what dpkg lets out is what Debian's own container images do. */
async function makeRootFs(path: string): Promise<void> {
  const metadata = "Metadata-Version: 2.1\\nName: six\\nVersion: 1.15.0\\n";
  const place = '"$1"/usr/lib/python3/dist-packages/six-1.15.0.dist-info';
  await must(
    "mmdebstrap",
    "--mode=root",
    "--variant=minbase",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
    `--customize-hook=mkdir -p ${place} && printf '${metadata}' > ${place}/METADATA`,
    "bookworm",
    path,
  );
}

before(async () => {
  if (skip !== false) return;
  writeContext();
  await makeRootFs(join(folder, "rootfs.tar"));
  // The storage driver is buildah's choice: overlay copies nothing, and vfs the whole root for each layer.
  const store = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
  await must("buildah", ...store, "bud", "--isolation", "chroot", "--layers", "-t", "local/debian:1", folder);
  const container = (await must("buildah", ...store, "from", "local/debian:1")).trim();
  try {
    const root = (await must("buildah", ...store, "mount", container)).trim();
    const format = [
      "db:Status-Abbrev",
      "Package",
      "Version",
      "Architecture",
      "source:Package",
      "source:Version",
    ];
    const line = `${format.map((name) => `\${${name}}`).join("\\t")}\\n`;
    truth = dpkgLines(await must("chroot", root, "dpkg-query", "-W", "-f", line));
  } finally {
    await must("buildah", ...store, "rm", container);
  }
  const image = `oci:${join(folder, "layout")}:1`;
  await must("buildah", ...store, "push", "local/debian:1", image);
  registry = await startRegistry(join(folder, "registry"));
  const target = `docker://${registry.host}/team/debian`;
  const zstd = ["--dest-compress", "--dest-compress-format", "zstd"];
  await must("skopeo", "copy", image, `docker-archive:${join(folder, "image.tar")}:local/debian:1`);
  await must("skopeo", "copy", "--dest-tls-verify=false", image, `${target}:1`);
  await must("skopeo", "copy", "--dest-tls-verify=false", "--format", "v2s2", image, `${target}:v2s2`);
  await must("skopeo", "copy", ...zstd, image, `oci:${join(folder, "zstd")}:1`);
});

after(async () => {
  await registry?.stop();
  // Layers of an overlay are mounted until buildah lets go of them.
  await runCommand("umount", [join(folder, "root/overlay")]);
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
  readonly image: { readonly layers: readonly { readonly command: string }[] };
  readonly packages: readonly {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly sourcePackage: { readonly name: string; readonly version: string };
    readonly evidence: readonly { readonly path: string; readonly layerIndex: number }[];
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

interface Form {
  readonly name: string;
  readonly reference: () => string;
  readonly verification: "verified" | "unverified";
  readonly flags: readonly string[];
}

function form(
  name: string,
  reference: () => string,
  verification: Form["verification"],
  ...flags: string[]
): Form {
  return { name, reference, verification, flags };
}

const layout = () => `oci-dir://${join(folder, "layout")}`;
const archive = () => `archive://${join(folder, "image.tar")}`;
const forms: readonly Form[] = [
  form("OCI layout", layout, "verified"),
  form("OCI layout, zstd", () => `oci-dir://${join(folder, "zstd")}`, "verified"),
  form("docker archive", archive, "unverified"),
  form("docker archive, hashed", archive, "verified", "--verify"),
  form("registry", () => `registry://${registry?.host}/team/debian:1`, "verified"),
  form("registry, Docker schema 2", () => `${registry?.host}/team/debian:v2s2`, "verified"),
];

/** Path, layer and the start of its build command of what the layers brought; what is gone is not there. */
const applications = [
  "left-pad@1.3.0 srv/my-app/node_modules/left-pad/package.json 2 COPY",
  "six@1.16.0 usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA 3 rm",
];

function describeEvidence({ packages, image }: NativeSbom, ecosystems: readonly string[]): string[] {
  return packages
    .filter((pkg) => ecosystems.includes(pkg.ecosystem))
    .flatMap((pkg) =>
      pkg.evidence.map(({ path, layerIndex }) => {
        // `/bin/sh -c rm …`, `/bin/sh -c #(nop) COPY …`
        const command = image.layers[layerIndex]?.command ?? "";
        const word = /^\/bin\/sh -c (?:#\(nop\) )?(\w+)/.exec(command)?.[1];
        return `${pkg.name}@${pkg.version} ${path} ${layerIndex} ${word}`;
      }),
    )
    .sort();
}

for (const { name, reference, flags, verification } of forms) {
  test(`${name}: the packages are dpkg's, to the last version`, { skip }, async () => {
    const { lines, document } = await packagesOf(reference(), ...flags);
    assert.deepEqual(lines, truth);
    assert.equal(document.completeness, "complete");
    assert.equal(document.verification, verification);
    assert.deepEqual(describeEvidence(document, ["npm", "pypi"]), applications);
    // Although a later layer rewrote the database, packages belong to the layer that brought them.
    const debs = describeEvidence(document, ["deb"]);
    assert.deepEqual(
      new Set(debs.map((line) => line.split(" ").slice(1).join(" "))),
      new Set(["var/lib/dpkg/status 0 ADD"]),
    );
  });
}

test(
  "without a database a question about vulnerabilities is an error, not a clean result",
  { skip },
  async () => {
    const run = await runProcess(["cves", "--exit-code", layout()], { env });
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^error DATABASE_MISSING: /m);
  },
);

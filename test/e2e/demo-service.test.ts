/**
 * The walk through Docker Scout's demonstration service, with a real builder and a real registry: an Alpine 3.14 base that is pinned
 * by its digest and whose tag has moved on, Node.js added, Express 4.17.1 with the tree that npm installed, no USER, port 3000, no
 * attestations. Then what it is told to do is done, and the comparison and the gate say so.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareReport } from "../../src/api/compare-report.ts";
import { cvesReport, policyReport, quickviewReport } from "../../src/api/reports.ts";
import { provenance, spdxStatement } from "../helpers/attested-image.ts";
import { startRegistry, type LocalRegistry } from "../helpers/local-registry.ts";
import { buildImage, type BuiltImage } from "../helpers/oci-image.ts";
import { directory, file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { repositoryRoot, runCommand, runInProcess, type Run } from "../helpers/run-plimsoll.ts";

const skip =
  process.getuid?.() === 0
    ? skipWithoutPrograms("buildah", "docker-registry")
    : "needs root to build an image";
const folder = mkdtempSync(join(tmpdir(), "plimsoll-demo-service-"));
const now = new Date("2026-11-01T00:00:00Z");
const env = {
  PLIMSOLL_HOME: join(folder, "home"),
  PLIMSOLL_OFFLINE: "0",
  PLIMSOLL_DB_MAX_AGE_HOURS: "1000000",
};
const plimsoll = (...args: readonly string[]): Promise<Run> => runInProcess(args, { env, now, cwd: folder });
let registry: LocalRegistry | null = null;

/** As apk notes them down: name, version, source package, licence. */
const packages: readonly (readonly [string, string, string, string])[] = [
  ["alpine-baselayout", "3.2.0-r16", "alpine-baselayout", "GPL-2.0-only"],
  ["alpine-keys", "2.4-r0", "alpine-keys", "MIT"],
  ["apk-tools", "2.12.7-r0", "apk-tools", "GPL-2.0-only"],
  ["busybox", "1.33.1-r3", "busybox", "GPL-2.0-only"],
  ["libcrypto1.1", "1.1.1l-r0", "openssl", "OpenSSL"],
  ["libssl1.1", "1.1.1l-r0", "openssl", "OpenSSL"],
  ["musl", "1.2.2-r3", "musl", "MIT"],
  ["zlib", "1.2.11-r3", "zlib", "Zlib"],
];
const node: typeof packages = [["nodejs", "14.18.1-r0", "nodejs", "MIT"]];
const installed = (list: typeof packages): string =>
  list
    .map(
      ([name, version, origin, licence]) =>
        `P:${name}\nV:${version}\nA:x86_64\no:${origin}\nL:${licence}\n\n`,
    )
    .join("");

/** Of `release`, with these packages. */
function alpine(release: string, list: typeof packages): BuiltImage {
  const entries = [
    directory("etc"),
    file(
      "etc/os-release",
      `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${release}\nPRETTY_NAME="Alpine Linux v${release}"\n`,
    ),
    file("etc/alpine-release", `${release}\n`),
    directory("lib"),
    directory("lib/apk"),
    directory("lib/apk/db"),
    file("lib/apk/db/installed", installed(list)),
  ];
  return buildImage({ layers: [{ entries, createdBy: "ADD rootfs.tar /" }], config: { Cmd: ["/bin/sh"] } });
}
const later: typeof packages = [
  ["alpine-baselayout", "3.7.0-r0", "alpine-baselayout", "GPL-2.0-only"],
  ["busybox", "1.37.0-r18", "busybox", "GPL-2.0-only"],
  ["libcrypto3", "3.5.4-r0", "openssl", "Apache-2.0"],
  ["musl", "1.2.5-r10", "musl", "MIT"],
];
const bases = {
  old: alpine("3.14.2", packages),
  refreshed: alpine("3.14.10", packages),
  supported: alpine("3.22.2", later),
} as const;

const dockerfile = (from: string, user: string): string => `FROM ${from}
COPY installed /lib/apk/db/installed
WORKDIR /app
COPY app /app
${user}EXPOSE 3000
CMD ["node", "/app/server.js"]
`;

const host = (): string => registry?.host ?? "";
const image = (tag: string): string => `${host()}/team/scout-demo-service:${tag}`;

async function must(program: string, ...args: string[]): Promise<string> {
  const run = await runCommand(program, args);
  assert.equal(run.exitCode, 0, `${program} ${args.join(" ")}\n${run.stderr}`);
  return run.stdout;
}

async function pushBase(tag: string, base: BuiltImage): Promise<void> {
  const pushed = { bytes: base.manifest, mediaType: base.manifestMediaType, blobs: base.blobs };
  await registry?.push("library/alpine", tag, pushed);
}

/** Builds what lies in the context, and pushes it. `list`: what apk has noted down when Node.js is added. */
async function build(
  tag: string,
  from: string,
  { user, list }: { user: string; list: typeof packages },
): Promise<void> {
  const context = join(folder, "context");
  writeFileSync(join(context, "installed"), installed([...list, ...node]));
  writeFileSync(join(context, "Dockerfile"), dockerfile(from, user));
  const store = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
  const built = ["--isolation", "chroot", "--layers", "--tls-verify=false", "-t", image(tag), context];
  await must("buildah", ...store, "bud", ...built);
  await must("buildah", ...store, "push", "--tls-verify=false", image(tag));
}

/** A package of the tree, as `npm install` of another version leaves it, in what is read of it. */
function upgrade(name: string, version: string): void {
  const path = join(folder, "context/app/node_modules", name, "package.json");
  const { version: before, ...rest } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  assert.notEqual(before, version);
  writeFileSync(path, JSON.stringify({ ...rest, version }));
}

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry(join(folder, "registry"));
  await pushBase("3.14", bases.old);
  const context = join(folder, "context");
  mkdirSync(context);
  const app = join(repositoryRoot, "examples/demo-app");
  cpSync(join(app, "node_modules"), join(context, "app/node_modules"), {
    recursive: true,
    filter: (path) => !/\/\.[^/]+$/.test(path),
  });
  writeFileSync(join(context, "app/server.js"), 'require("express")().listen(3000);\n');
  await build("v1", `${host()}/library/alpine:3.14@${bases.old.manifestDigest}`, {
    user: "",
    list: packages,
  });
  // The base is known here from before its tag moved on.
  const known = await plimsoll("base", "add", `${host()}/library/alpine:3.14`);
  assert.equal(known.exitCode, 0, known.stderr);
  await pushBase("3.14", bases.refreshed);
  await pushBase("3.22", bases.supported);

  mkdirSync(join(folder, "feed"));
  cpSync(join(repositoryRoot, "examples/advisories"), join(folder, "feed"), { recursive: true });
  const fixes: Readonly<Record<string, string>> = { "3.14": "1.1.1n-r0", "3.22": "3.0.2-r0" };
  for (const [release, version] of Object.entries(fixes)) {
    const openssl = { pkg: { name: "openssl", secfixes: { [version]: ["CVE-2022-0778"] } } };
    const secdb = { distroversion: `v${release}`, reponame: "main", archs: ["x86_64"], packages: [openssl] };
    writeFileSync(join(folder, "feed", `v${release}.json`), JSON.stringify(secdb));
  }
  const made = await plimsoll("db", "build", "--quiet", "--from", "feed");
  assert.equal(made.exitCode, 0, made.stderr);
});

after(async () => {
  await registry?.stop();
  // Layers of an overlay are mounted until buildah lets go of them.
  await runCommand("umount", [join(folder, "root/overlay")]);
  rmSync(folder, { recursive: true, force: true });
});

test("quickview: severities, the base by its layers, and what is not met", { skip }, async () => {
  const run = await plimsoll("quickview", "--verify", "--format", "json", image("v1"));
  assert.equal(run.exitCode, 0, run.stderr);
  const {
    target,
    counts,
    packageCount,
    bases: known,
    verdict,
  } = quickviewReport.parse(JSON.parse(run.stdout));
  const { critical, high, medium, low, unspecified } = counts ?? {};
  assert.deepEqual([critical, high, medium, low, unspecified], [0, 5, 1, 4, 2]);
  assert.equal(packageCount, packages.length + 1 + 50);
  assert.equal(target.baseImage?.evidence, "layers");
  assert.equal(target.baseImage?.digest, bases.old.manifestDigest);
  assert.equal(known?.refresh?.digest, bases.refreshed.manifestDigest);
  assert.equal(verdict?.status, "not_met");
  const text = await plimsoll("quickview", "--verify", image("v1"));
  assert.match(text.stdout, /vulnerabilities +0C 5H 1M 4L 2\?/);
  assert.match(
    text.stdout,
    new RegExp(`Refreshed base image .*${bases.refreshed.manifestDigest.slice(0, 19)}`),
  );
  assert.match(text.stdout, /END OF LIFE: Alpine Linux v3\.14/);
  assert.match(text.stdout, /Health score {2}E/);
});

test("cves: CVE-2022-24999 in express 4.17.1, mended in 4.17.3", { skip }, async () => {
  const run = await plimsoll(
    "cves",
    "--only-package",
    "^express$",
    "--only-severity",
    "high",
    "--format",
    "json",
    image("v1"),
  );
  const { findings } = cvesReport.parse(JSON.parse(run.stdout));
  assert.deepEqual(
    findings?.map(({ vulnerability, severity, fixedVersion, package: pkg }) => [
      pkg.name,
      pkg.version,
      vulnerability,
      severity,
      fixedVersion,
    ]),
    [["express", "4.17.1", "CVE-2022-24999", "high", "4.17.3"]],
  );
  const gated = await plimsoll("cves", "--exit-code", "--only-package", "^express$", image("v1"));
  assert.equal(gated.exitCode, 2, gated.stderr);
  const explained = await plimsoll("explain", "CVE-2022-24999", image("v1"));
  assert.match(explained.stdout, /app\/node_modules\/express\/package\.json/);
});

test("policy: implicit root, an old base, no attestations, and what to do", { skip }, async () => {
  const run = await plimsoll("policy", "--verify", "--exit-code", "--format", "json", image("v1"));
  assert.equal(run.exitCode, 2, run.stderr);
  const { verdict } = policyReport.parse(JSON.parse(run.stdout));
  const result = (id: string) => verdict?.results.find(({ policy }) => policy === id);
  const summary = verdict?.results.map(
    ({ policy, status, deviations }) => `${policy} ${status} ${deviations.length}`,
  );
  assert.deepEqual(summary, [
    "fixable-vulnerabilities not_met 5",
    "high-profile-vulnerabilities met 0",
    "supply-chain-attestations not_met 2",
    "approved-base-images not_met 1",
    "no-stale-base-images not_met 1",
    "default-non-root-user not_met 1",
    "copyleft-license not_met 3",
  ]);
  assert.equal(result("default-non-root-user")?.deviations[0]?.columns["Root"], "implicit");
  assert.match(
    result("no-stale-base-images")?.deviations[0]?.remediation ?? "",
    new RegExp(bases.refreshed.manifestDigest),
  );
  assert.match(result("supply-chain-attestations")?.deviations[0]?.remediation ?? "", /--attest type=sbom/);
  assert.match(
    result("fixable-vulnerabilities")
      ?.deviations.map(({ remediation }) => remediation)
      .join() ?? "",
    /Update express to 4\.17\.3/,
  );
});

test(
  "rebuilt as it was told, the comparison says what is gone, and the gate lets it through",
  { skip },
  async () => {
    for (const [name, version] of [
      ["express", "4.17.3"],
      ["qs", "6.9.7"],
      ["body-parser", "1.20.3"],
      ["path-to-regexp", "0.1.12"],
    ] as const)
      upgrade(name, version);
    await build("v2", `${host()}/library/alpine:3.22@${bases.supported.manifestDigest}`, {
      user: "USER node\n",
      list: later,
    });
    const max = provenance({
      version: "v1",
      mode: "max",
      materials: [
        { uri: `pkg:docker/${host()}/library/alpine@3.22`, digest: bases.supported.manifestDigest },
      ],
      dockerfile: readFileSync(join(folder, "context/Dockerfile"), "utf8"),
    });
    for (const { predicateType, predicate } of [spdxStatement, max]) {
      writeFileSync(join(folder, "predicate.json"), JSON.stringify(predicate));
      const added = await plimsoll(
        "attestation",
        "add",
        "--file",
        "predicate.json",
        "--predicate-type",
        predicateType,
        image("v2"),
      );
      assert.equal(added.exitCode, 0, added.stderr);
    }
    const known = await plimsoll("base", "add", `${host()}/library/alpine:3.22`);
    assert.equal(known.exitCode, 0, known.stderr);

    const compared = await plimsoll(
      "compare",
      "--verify",
      "--exit-on",
      "vulnerability,policy",
      "--format",
      "json",
      "--to",
      image("v1"),
      image("v2"),
    );
    assert.equal(compared.exitCode, 0, compared.stderr);
    const { delta, findings, policies } = compareReport.parse(JSON.parse(compared.stdout));
    assert.equal(delta.counts?.high, -5);
    assert.ok(
      findings?.some(
        ({ change, vulnerability, package: pkg }) =>
          change === "removed" && vulnerability === "CVE-2022-24999" && pkg.name === "express",
      ),
    );
    assert.ok(findings?.every(({ change }) => change !== "added"));
    const better = policies?.filter(({ change }) => change === "better").map(({ policy }) => policy);
    assert.deepEqual(better?.toSorted(), [
      "approved-base-images",
      // One package under such a licence less.
      "copyleft-license",
      "default-non-root-user",
      "fixable-vulnerabilities",
      "no-stale-base-images",
      "supply-chain-attestations",
    ]);
    writeFileSync(
      join(folder, "policies.json"),
      JSON.stringify({ policies: [{ name: "copyleft-license", enabled: false }] }),
    );
    const gate = await plimsoll(
      "policy",
      "--verify",
      "--exit-code",
      "--fail-on",
      "no-data",
      "--policy-config",
      "policies.json",
      image("v2"),
    );
    assert.equal(gate.exitCode, 0, gate.stdout + gate.stderr);
    assert.match(gate.stdout, /Health score {2}A/);
  },
);

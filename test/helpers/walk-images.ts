/**
 * The images of the walk, made with buildah as a user would make them: a hardened base, an application on it, an application
 * on another base, and one from scratch that claims the hardened base.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-plimsoll.ts";

export interface Builder {
  /** Builds the Dockerfile in a folder of `files` and pushes it as `HOST/REPOSITORY:TAG`; resolves to the manifest's digest. */
  push(reference: string, dockerfile: string, files?: Readonly<Record<string, string>>): Promise<string>;
  /** Builds and writes an OCI layout, as before a push; resolves to its folder. */
  layout(built: { dockerfile: string; files: Readonly<Record<string, string>> }): Promise<string>;
}

/** `auth`: path of a file with credentials as `docker login` leaves them, or null. */
export function createBuilder(folder: string, auth: string | null): Builder {
  const store = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
  const options = ["--tls-verify=false", ...(auth === null ? [] : ["--authfile", auth])];
  let count = 0;
  const build = async (
    reference: string,
    dockerfile: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const context = join(folder, `context-${++count}`);
    for (const [path, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(join(context, path, ".."), { recursive: true });
      writeFileSync(join(context, path), text);
    }
    await must(
      "buildah",
      ...store,
      "bud",
      "--isolation",
      "chroot",
      "--layers",
      ...options,
      "-t",
      reference,
      context,
    );
    return context;
  };
  return {
    async push(reference, dockerfile, files = {}) {
      const context = await build(reference, dockerfile, files);
      const digestFile = join(context, "digest");
      const target = `docker://${reference}`;
      await must("buildah", ...store, "push", ...options, "--digestfile", digestFile, reference, target);
      return readFileSync(digestFile, "utf8").trim();
    },
    async layout({ dockerfile, files }) {
      const context = await build("localhost/before-push:1", dockerfile, files);
      const layout = join(context, "layout");
      await must("buildah", ...store, "push", "localhost/before-push:1", `oci:${layout}:latest`);
      return layout;
    },
  };
}

async function must(program: string, ...args: string[]): Promise<void> {
  const run = await runCommand(program, args);
  assert.equal(run.exitCode, 0, `${program} ${args.join(" ")}\n${run.stderr}`);
}

/** A Debian 12 root as far as packages are concerned. `count` more packages that nothing is known of. */
export function debianFiles(count: number): Readonly<Record<string, string>> {
  const named = [
    ["openssl", "3.0.11-1~deb12u1", "openssl"],
    ["libssl3", "3.0.11-1~deb12u1", "openssl"],
    ["zlib1g", "1:1.2.13.dfsg-1", "zlib"],
    ["python3.11-minimal", "3.11.2-6", "python3.11"],
  ] as const;
  const stanzas = [
    ...named.map(([name, version, source]) => stanza(name, version, source)),
    ...Array.from({ length: count }, (_, index) =>
      stanza(`library-${index}`, `1.${index}-1`, `library-${index}`),
    ),
  ];
  return {
    "root/etc/os-release":
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    "root/etc/passwd": "root:x:0:0::/root:/bin/sh\nnonroot:x:65532:65532::/home:/bin/false\n",
    "root/var/lib/dpkg/status": `${stanzas.join("\n")}\n`,
  };
}

function stanza(name: string, version: string, source: string): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: ${source}\nVersion: ${version}\nMaintainer: Somebody <a@example.com>\nDescription: ${name}\n`;
}

export const baseDockerfile = "FROM scratch\nCOPY root /\nUSER 65532\n";

/** An application with one npm package in its own layer. */
export function applicationOn(base: string): { dockerfile: string; files: Readonly<Record<string, string>> } {
  return {
    dockerfile: `FROM ${base}\nCOPY app /srv/app\nUSER 65532\nCMD ["/srv/app/start"]\n`,
    files: {
      "app/package.json": '{"name":"my-app","version":"1.0.0"}',
      "app/node_modules/left-pad/package.json": '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}',
      "app/node_modules/left-pad/index.js": "module.exports = () => '';\n",
    },
  };
}

/** From scratch, with the label and annotation of an image that was built on `base`. */
export function forgedOn(base: string): { dockerfile: string; files: Readonly<Record<string, string>> } {
  const app = applicationOn(base);
  return {
    dockerfile: `FROM scratch\nLABEL org.opencontainers.image.base.name="${base}"\nCOPY root /\nCOPY app /srv/app\nUSER 65532\n`,
    files: { ...debianFiles(3), ...app.files },
  };
}

/** An OSV record for a Debian 12 source package, affecting every version. */
export function advisoryFor(
  id: string,
  source: string,
  severity = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
): string {
  return JSON.stringify({
    schema_version: "1.6.0",
    id: `DEBIAN-${id}`,
    upstream: [id],
    summary: `A weakness of ${source}.`,
    published: "2026-10-01T00:00:00Z",
    modified: "2026-10-01T00:00:00Z",
    affected: [
      {
        package: { ecosystem: "Debian:12", name: source },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "99:9.9-1" }] }],
      },
    ],
    severity: [{ type: "CVSS_V3", score: severity }],
  });
}

/** An OSV record for an npm package that none of the images holds. */
export const npmAdvisory = JSON.stringify({
  schema_version: "1.6.0",
  id: "GHSA-xxxx-npmm-0001",
  summary: "A weakness of a package that nobody here uses.",
  published: "2026-10-01T00:00:00Z",
  modified: "2026-10-01T00:00:00Z",
  affected: [
    {
      package: { ecosystem: "npm", name: "used-by-nobody" },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }],
    },
  ],
});

/** Small valid files of every kind that an ecosystem reads. */
import type { CatalogMode } from "../../src/ecosystems/types.ts";

export interface PackageSample {
  readonly name: string;
  readonly path: string;
  readonly mode: CatalogMode;
  readonly samples: readonly string[];
}

const dpkg = `Package: libssl3
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl (3.0.11-1~deb12u2)
Version: 3.0.11-1~deb12u2
Installed-Size: 6000
Maintainer: A <a@example.com>
Description: library
 more words
 .

Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b2

Package: gone
Status: deinstall ok config-files
Version: 1
`;

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2020 A
License: GPL-2+ or Artistic, and Expat

License: Expat
 Permission is hereby granted
`;

const apk = `C:Q1abc=
P:libcrypto3
V:3.3.1-r0
A:x86_64
S:1700
I:4500000
T:Crypto library
L:Apache-2.0
o:openssl
m:A <a@example.com>
F:usr/lib
R:libcrypto.so.3

P:musl
V:1.2.5-r0
L:MIT
o:musl
`;

const manifest = JSON.stringify({
  name: "@a/b",
  version: "1.2.3",
  license: "MIT",
  licenses: [{ type: "MIT" }],
  author: { name: "A" },
  description: "words",
  dependencies: { c: "^1.0.0" },
});

const packageLock = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { dependencies: { a: "^1" } },
    "node_modules/a": { version: "1.0.0", license: "MIT" },
    "node_modules/a/node_modules/@b/c": { version: "2.0.0", dev: true },
  },
});
const oldPackageLock = JSON.stringify({
  lockfileVersion: 1,
  dependencies: { a: { version: "1.0.0", dependencies: { "@b/c": { version: "2.0.0" } } } },
});

const yarnLock = `# yarn lockfile v1\n\n"@b/c@^1.0.0", "@b/c@^1.1.0":\n  version "1.2.0"\n  resolved "https://x/c.tgz"\n\na@1:\n  version "1.0.0"\n`;
const berryLock = `__metadata:\n  version: 6\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n`;

const pnpmLock = `lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n  '@b/c@2.0.0(d@1.0.0)':\n    resolution: {integrity: sha512-y}\n`;
const oldPnpmLock = `lockfileVersion: 5.4\npackages:\n  /a/1.0.0:\n    resolution: {integrity: sha512-x}\n`;

const metadata = `Metadata-Version: 2.1
Name: Django
Version: 5.0.1
Summary: words
Author-email: A <a@example.com>
License: BSD-3-Clause
Classifier: License :: OSI Approved :: BSD License

Body
`;

const requirements = `# words\n-r base.txt\nDjango==5.0.1 \\\n    --hash=sha256:abc\nrequests[socks]==2.31.0 ; python_version > "3.7"\nflask>=2\n`;
const poetryLock = `[[package]]\nname = "django"\nversion = "5.0.1"\n\n[[package]]\nname = "a"\nversion = "1"\n\n[metadata]\nlock-version = "2.0"\n`;
const pipfileLock = JSON.stringify({
  _meta: {},
  default: { django: { version: "==5.0.1" } },
  develop: { a: { version: "==1" } },
});

function row(name: string, path: string, mode: CatalogMode, ...samples: string[]): PackageSample {
  return { name, path, mode, samples };
}

export const packageSamples: readonly PackageSample[] = [
  row("dpkg status", "var/lib/dpkg/status", "installed", dpkg),
  row("dpkg status.d", "var/lib/dpkg/status.d/a", "installed", dpkg),
  row(
    "copyright",
    "usr/share/doc/libssl3/copyright",
    "installed",
    copyright,
    "See /usr/share/common-licenses/GPL-2 .\n",
  ),
  row("apk installed", "lib/apk/db/installed", "installed", apk),
  row("package.json", "app/node_modules/@a/b/package.json", "installed", manifest),
  row("PKG-INFO", "usr/lib/python3/site-packages/Django-5.0.1.egg-info/PKG-INFO", "installed", metadata),
  row("METADATA", "usr/lib/python3/site-packages/Django-5.0.1.dist-info/METADATA", "installed", metadata),
  row("package.json of sources", "package.json", "sources", manifest),
  row("package-lock.json", "package-lock.json", "sources", packageLock, oldPackageLock),
  row("yarn.lock", "yarn.lock", "sources", yarnLock, berryLock),
  row("pnpm-lock.yaml", "pnpm-lock.yaml", "sources", pnpmLock, oldPnpmLock),
  row("requirements.txt", "requirements.txt", "sources", requirements),
  row("poetry.lock", "poetry.lock", "sources", poetryLock),
  row("Pipfile.lock", "Pipfile.lock", "sources", pipfileLock),
];

/**
 * Real images for the comparison with Syft, made once below a folder: Debian with scripting languages, an application image of
 * many languages, and the package databases of other distributions. Needs mmdebstrap, mvn, composer, npm, pip, go and apt-get.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildImage, writeLayout, type LayerInput } from "../../helpers/oci-image.ts";
import { sharedPath } from "../../helpers/shared.ts";
import {
  bootPom,
  gems,
  goModule,
  goProgram,
  nodePackages,
  phpLibraries,
  pythonPackages,
} from "./applications.ts";

export interface ProofImage {
  readonly name: string;
  /** For the page: what is in it. */
  readonly what: string;
  /** Folder of the OCI layout. */
  readonly layout: string;
  /** Root file systems of the layers, unpacked, bottom first; what the ecosystems' own tools are asked about. */
  readonly work: string;
}

interface Recipe {
  readonly name: string;
  readonly what: string;
  /** Data that has to be there, below the shared folder; null: none. */
  readonly shared: string | null;
  readonly layers: (work: string) => readonly LayerInput[];
}

const recipes: readonly Recipe[] = [
  {
    name: "debian",
    what: "Debian 12 minbase with python3, python3-requests, nodejs, npm, perl, curl; wheels from PyPI",
    shared: null,
    layers: (work) => [
      debian(work, ["python3", "python3-requests", "nodejs", "npm", "perl", "curl"]),
      made(work, "python", pythonLayer),
    ],
  },
  {
    name: "application",
    what: "Debian 12 with a Java runtime, Ruby and PHP; a Spring Boot jar, Go programs, gems, a Composer and an npm project",
    shared: null,
    layers: (work) => [
      debian(work, ["openjdk-17-jre-headless", "ruby", "php-cli", "ca-certificates"]),
      made(work, "boot", bootLayer),
      made(work, "go", goLayer),
      made(work, "gems", gemLayer),
      made(work, "composer", composerLayer),
      made(work, "npm", npmLayer),
    ],
  },
  ...["3.3", "3.6", "3.9"].map((version) => ({
    name: `alpine-${version}`,
    what: `package database of the mini root file system of Alpine ${version}`,
    shared: `pkgdb/apk/alpine-${version}`,
    layers: (work: string) => [
      made(work, "root", (root) => {
        const from = sharedPath(`pkgdb/apk/alpine-${version}`) ?? "";
        put(root, "lib/apk/db/installed", readFileSync(join(from, "installed")));
        put(root, "etc/os-release", readFileSync(join(from, "os-release")));
        put(root, "etc/alpine-release", readFileSync(join(from, "alpine-release")));
      }),
    ],
  })),
  rpmRecipe(
    "mariner",
    "CBL-Mariner 2.0",
    "pkgdb/rpm/mariner-2.0-bdb",
    "Packages.gz",
    "var/lib/rpm/Packages",
    "ID=mariner\nVERSION_ID=2.0\n",
  ),
  rpmRecipe(
    "sle",
    "SUSE 15 BCI",
    "pkgdb/rpm/sle15-bci-ndb",
    "Packages.db.gz",
    "usr/lib/sysimage/rpm/Packages.db",
    'ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.3"\n',
  ),
  {
    name: "distroless",
    what: "packages of Ubuntu 24.04 in status.d, as distroless images have them",
    shared: "pkgdb/dpkg/ubuntu-24.04",
    layers: (work) => [
      made(work, "root", (root) => {
        const from = sharedPath("pkgdb/dpkg/ubuntu-24.04") ?? "";
        put(root, "etc/os-release", readFileSync(join(from, "os-release")));
        const records = readFileSync(join(from, "status"), "utf8")
          .split(/\n\n+/)
          .filter((text) => text.trim() !== "");
        for (const record of records) {
          const name = /^Package: (\S+)/m.exec(record)?.[1] ?? "";
          put(root, `var/lib/dpkg/status.d/${name}`, `${record}\n`);
        }
      }),
    ],
  },
];

function rpmRecipe(
  name: string,
  distribution: string,
  shared: string,
  file: string,
  path: string,
  release: string,
): Recipe {
  return {
    name,
    what: `package database of ${distribution}`,
    shared,
    layers: (work) => [
      made(work, "root", (root) => {
        put(root, path, gunzipSync(readFileSync(join(sharedPath(shared) ?? "", file))));
        put(root, "etc/os-release", release);
      }),
    ],
  };
}

/** Images below `folder`, made when they are not there; and the names of those whose data is absent. */
export function proofImages(
  folder: string,
  progress: (line: string) => void,
  names: readonly string[] = [],
): { readonly images: readonly ProofImage[]; readonly absent: readonly string[] } {
  const images: ProofImage[] = [];
  const absent: string[] = [];
  for (const { name, what, shared, layers } of recipes) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (shared !== null && sharedPath(shared) === null) {
      absent.push(name);
      continue;
    }
    const work = join(folder, name);
    const layout = join(work, "layout");
    if (!existsSync(layout)) {
      progress(`making ${name}`);
      mkdirSync(work, { recursive: true });
      rmSync(`${layout}.making`, { recursive: true, force: true });
      writeLayout(`${layout}.making`, buildImage({ layers: layers(work) }));
      renameSync(`${layout}.making`, layout);
    }
    images.push({ name, what, layout, work });
  }
  return { images, absent };
}

function debian(work: string, packages: readonly string[]): LayerInput {
  const tar = join(work, "debian.tar");
  if (!existsSync(tar)) {
    run(
      work,
      "mmdebstrap",
      "--quiet",
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      "bookworm",
      `${tar}.making.tar`,
    );
    renameSync(`${tar}.making.tar`, tar);
  }
  return { tar: readFileSync(tar), createdBy: `mmdebstrap ${packages.join(" ")}` };
}

/** A layer from what `fill` puts into a folder. */
function made(work: string, name: string, fill: (root: string, scratch: string) => void): LayerInput {
  const root = join(work, name);
  if (!existsSync(root)) {
    const making = `${root}.making`;
    const scratch = `${root}.scratch`;
    for (const folder of [making, scratch]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    }
    fill(making, scratch);
    rmSync(scratch, { recursive: true, force: true });
    renameSync(making, root);
  }
  const tar = `${root}.tar`;
  run(
    work,
    "tar",
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mtime=2020-01-01",
    "-C",
    root,
    "-cf",
    tar,
    ".",
  );
  return { tar: readFileSync(tar), createdBy: name };
}

function pythonLayer(root: string): void {
  run(
    root,
    "pip",
    "install",
    "--quiet",
    "--no-compile",
    "--target",
    join(root, "usr/local/lib/python3.11/dist-packages"),
    ...pythonPackages,
  );
}

function bootLayer(root: string, scratch: string): void {
  put(scratch, "pom.xml", bootPom);
  run(scratch, "mvn", "-q", "-B", "package");
  put(root, "opt/boot/boot.jar", readFileSync(join(scratch, "target/boot-1.0.jar")));
}

function goLayer(root: string, scratch: string): void {
  put(scratch, "go.mod", goModule);
  put(scratch, "main.go", goProgram);
  run(scratch, "go", "mod", "tidy");
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  run(
    scratch,
    "go",
    "build",
    "-trimpath",
    "-ldflags=-s -w -X main.version=1.4.2",
    "-o",
    join(root, "usr/local/bin/router"),
    ".",
  );
}

/** Gems as Debian packs them, put where nothing says that Debian did: they belong to no package here. */
function gemLayer(root: string, scratch: string): void {
  run(scratch, "apt-get", "download", "-qq", ...gems);
  for (const name of readdirSync(scratch)) run(scratch, "dpkg-deb", "-x", name, root);
}

/** Composer installs libraries that Debian packs, from folders; packagist.org need not be reached. */
function composerLayer(root: string, scratch: string): void {
  run(scratch, "apt-get", "download", "-qq", ...phpLibraries.map(({ debian }) => debian));
  for (const name of readdirSync(scratch)) run(scratch, "dpkg-deb", "-x", name, scratch);
  const repositories = phpLibraries.map(({ name, version, folder }) => {
    const library = join("usr/share/php", folder);
    put(scratch, join(library, "composer.json"), JSON.stringify({ name, version, license: "MIT" }));
    return { type: "path", url: join(scratch, library), options: { symlink: false } };
  });
  const require = Object.fromEntries(phpLibraries.map(({ name, version }) => [name, version]));
  const project = {
    name: "example/php",
    require,
    repositories: [{ "packagist.org": false }, ...repositories],
  };
  put(root, "srv/php/composer.json", JSON.stringify(project));
  const words = ["--quiet", "--no-interaction", "--no-scripts", "--no-plugins", "--ignore-platform-reqs"];
  run(join(root, "srv/php"), "composer", "install", ...words);
}

function npmLayer(root: string): void {
  put(root, "srv/web/package.json", '{ "name": "web", "version": "1.0.0", "private": true }\n');
  run(
    join(root, "srv/web"),
    "npm",
    "install",
    "--silent",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...nodePackages,
  );
}

function put(root: string, path: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

function run(cwd: string, program: string, ...args: readonly string[]): void {
  const env = {
    ...process.env,
    COMPOSER_ALLOW_SUPERUSER: "1",
    GOFLAGS: "-buildvcs=false",
    GOTOOLCHAIN: "local",
  };
  execFileSync(program, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
}

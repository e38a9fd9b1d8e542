/** What the ecosystems' own tools list in the proof's images, compared with Plimsoll's inventory both ways. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Package } from "../../../src/domain/package.ts";
import type { ProofImage } from "./images.ts";

export interface NativeComparison {
  readonly image: string;
  readonly command: string;
  readonly listed: number;
  /** One sentence for each package that only one of both has. */
  readonly failures: readonly string[];
}

export function compareWithTools(
  image: ProofImage,
  packages: readonly Package[],
): readonly NativeComparison[] {
  const at = (type: string, place: RegExp): string[] =>
    packages
      .filter(
        ({ ecosystem, evidence }) => ecosystem === type && evidence.some(({ path }) => place.test(path)),
      )
      .map(named);
  switch (image.name) {
    case "debian": {
      // Not those that setuptools carries inside itself, which pip does not list.
      const found = at("pypi", /^usr\/local\/lib\/python3\.11\/dist-packages\/[^/]+\/METADATA$/).map((text) =>
        text.toLowerCase(),
      );
      return [compareDebian(image, packages), compared(image, "pip list", pipList(image), found)];
    }
    case "application": {
      const found = at("npm", /^srv\/web\//);
      return [compareDebian(image, packages), compared(image, "npm ls --all", npmList(image), found)];
    }
    default:
      return [];
  }
}

function named({ namespace, name, version }: Package): string {
  return `${namespace === null || namespace === "" ? "" : `${namespace}/`}${name}@${version}`;
}

function compareDebian(image: ProofImage, packages: readonly Package[]): NativeComparison {
  const admin = join(image.work, "dpkg");
  mkdirSync(join(admin, "updates"), { recursive: true });
  ask(
    "tar",
    "-C",
    admin,
    "--strip-components=4",
    "-xf",
    join(image.work, "debian.tar"),
    "./var/lib/dpkg/status",
  );
  const format = "--showformat=${Package}@${Version} ${Architecture}\n";
  const listed = ask("dpkg-query", `--admindir=${admin}`, "-W", format);
  const found = packages
    .filter(({ ecosystem }) => ecosystem === "deb")
    .map((pkg) => `${pkg.name}@${pkg.version} ${pkg.architecture}`);
  return compared(image, "dpkg-query -W", listed.trim().split("\n"), found);
}

/** `name@version` in the spelling of package URLs. */
function pipList(image: ProofImage): readonly string[] {
  const folder = join(image.work, "python/usr/local/lib/python3.11/dist-packages");
  const list = JSON.parse(ask("pip", "list", "--format", "json", "--path", folder)) as {
    name: string;
    version: string;
  }[];
  return list.map(({ name, version }) => `${name.toLowerCase().replaceAll(/[-_.]+/g, "-")}@${version}`);
}

function npmList(image: ProofImage): readonly string[] {
  const folder = join(image.work, "npm/srv/web");
  const lines = ask("npm", "ls", "--all", "--parseable", "--long", "--prefix", folder).trim().split("\n");
  // `path:name@version`; the first line is the project itself.
  return lines
    .filter((line) => !line.startsWith(`${folder}:`))
    .map((line) => line.split(":")[1] ?? basename(line));
}

function compared(
  image: ProofImage,
  command: string,
  listed: readonly string[],
  found: readonly string[],
): NativeComparison {
  const theirs = new Set(listed);
  const ours = new Set(found);
  const failures = [
    ...[...theirs]
      .filter((name) => !ours.has(name))
      .map((name) => `${image.name}: only ${command} lists ${name}`),
    ...[...ours]
      .filter((name) => !theirs.has(name))
      .map((name) => `${image.name}: ${command} does not list ${name}`),
  ];
  return { image: image.name, command, listed: theirs.size, failures };
}

function ask(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { maxBuffer: 64 * 2 ** 20, stdio: ["ignore", "pipe", "pipe"] }).toString(
    "utf8",
  );
}

/** How large an upgrade is, and how it is made by hand. */
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";
import type { PackageFix } from "../domain/fix-advice.ts";

/** Ecosystems whose versions are meant as major, minor and patch. */
const STEPPED: ReadonlySet<string> = new Set([
  "npm",
  "pypi",
  "golang",
  "cargo",
  "gem",
  "composer",
  "maven",
  "nuget",
  "hex",
  "pub",
  "swift",
]);

/** By the first of the three numbers that differs; `unknown` where versions are not meant so. */
export function upgradeStep(pkg: Package, from: string, to: string): NonNullable<PackageFix["step"]> {
  const [before, after] = [numbersOf(from), numbersOf(to)];
  if (!STEPPED.has(pkg.ecosystem) || before === null || after === null) return "unknown";
  if (before[0] !== after[0]) return "major";
  return before[1] === after[1] ? "patch" : "minor";
}

function numbersOf(version: string): readonly [number, number] | null {
  const [, major = "", minor = "0"] = /^v?(\d{1,9})(?:\.(\d{1,9}))?/.exec(version) ?? [];
  return major === "" ? null : [Number(major), Number(minor)];
}

/** Characters that no shell reads as anything but themselves. */
const PLAIN = /^[A-Za-z0-9@/:._+~-]{1,200}$/;

/**
 * What a person would run or write into a Dockerfile. The managers of systems install what the release offers, which is at least the fix.
 * Null for names that a shell might read as something else, and where upgrades are made in a file.
 */
export function upgradeCommand(pkg: Package, version: string): string | null {
  const name = packageName(pkg);
  const make = COMMANDS[pkg.ecosystem];
  if (make === undefined || !PLAIN.test(name) || !PLAIN.test(version) || name.startsWith("-")) return null;
  return make(name, version);
}

const COMMANDS: Readonly<Record<string, (name: string, version: string) => string>> = {
  apk: (name) => `apk add --upgrade ${name}`,
  deb: (name) => `apt-get install --only-upgrade ${name}`,
  rpm: (name) => `dnf upgrade ${name}`,
  npm: (name, version) => `npm install ${name}@${version}`,
  pypi: (name, version) => `pip install ${name}==${version}`,
  golang: (name, version) =>
    name === "stdlib" ? `build with Go ${version} or later` : `go get ${name}@v${version.replace(/^v/, "")}`,
  gem: (name) => `bundle update ${name} --conservative`,
  cargo: (name, version) => `cargo update -p ${name} --precise ${version}`,
  composer: (name, version) => `composer require ${name}:${version}`,
  nuget: (name, version) => `dotnet add package ${name} --version ${version}`,
};

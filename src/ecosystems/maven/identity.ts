/**
 * What a jar is called: by the coordinates that Maven put into it, else by its manifest and file name, as far as they tell.
 */
import { shortText } from "../shared/text.ts";
import { readJarName, type JarName } from "./jar-name.ts";
import { findKnownGroup } from "./known-groups.ts";
import { namePart, versionPart, type Coordinates, type Manifest } from "./manifest.ts";

/** What is known of an archive before it is named. */
export interface JarSigns {
  /** Last part of its path. */
  readonly fileName: string;
  readonly manifest: Manifest;
  /** Of each module whose `pom.properties` or `pom.xml` it holds. */
  readonly poms: readonly Coordinates[];
  /** Whether it holds members below a folder. */
  readonly holds: (folder: string) => boolean;
}

/**
 * `record`: by coordinates in it. `signs`: group, artifact and version from its manifest and name, each by a rule that does not
 * guess. `name`: artifact and version alone; the group is not known, and the artifact stands in for it, as in Maven 1 and in
 * other tools. `poms`: it is only what its modules are. `none`: nothing names it.
 */
export type JarIdentity =
  | { readonly kind: "record" | "signs" | "name"; readonly coordinates: Coordinates }
  | { readonly kind: "poms" }
  | { readonly kind: "none" };

export function identify(signs: JarSigns): JarIdentity {
  const name = readJarName(signs.fileName);
  const own = ownPom(signs, name);
  if (own !== null) return { kind: "record", coordinates: own };
  const plugin = jenkinsPlugin(signs.manifest);
  if (plugin !== null) return { kind: "signs", coordinates: plugin };
  const artifact = artifactOf(signs.manifest, name);
  const version = name.version ?? versionOf(signs.manifest);
  if (artifact === null || versionPart(version) === null || version === null)
    return signs.poms.length > 0 ? { kind: "poms" } : { kind: "none" };
  const known = findKnownGroup(artifact, version, signs.holds);
  if (known !== null) {
    const coordinates = { group: known.group, artifact: known.realArtifact ?? artifact, version };
    return { kind: "signs", coordinates };
  }
  const group = isOfAnother(signs.manifest, name) ? null : groupOf(signs.manifest, artifact);
  return group === null
    ? { kind: "name", coordinates: { group: artifact, artifact, version } }
    : { kind: "signs", coordinates: { group, artifact, version } };
}

/** The module that the archive itself is; the others in it were packed into it (shaded). */
function ownPom({ fileName, manifest, poms }: JarSigns, name: JarName): Coordinates | null {
  const base = plain(fileName.slice(0, Math.max(fileName.lastIndexOf("."), 0)));
  const title = manifest.get("implementation-title") ?? "";
  const symbolic = symbolicName(manifest);
  const fitting = poms.filter(
    (pom) =>
      nameFit(pom, base) > 0 ||
      title === pom.artifact ||
      symbolic === pom.artifact ||
      symbolic.endsWith(`.${pom.artifact}`),
  );
  const best = fitting.toSorted((a, b) => rank(b, base) - rank(a, base))[0];
  if (best !== undefined) return best;
  const [only, second] = poms;
  if (only === undefined || second !== undefined) return null;
  // The only module in a file of another name: the file was renamed, unless its name has a version that says otherwise.
  const saysOtherwise = name.version !== null && name.rest === "" && name.version !== only.version;
  return saysOtherwise && !base.endsWith(plain(only.version)) ? null : only;
}

/** Names in one spelling: distributions write `geronimo-jta-1.1-spec` for `geronimo-jta_1.1_spec`. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll("_", "-");
}

/** 2: the file is named after artifact and version; 1: after the artifact, with something of a version behind it; 0: it is not. */
function nameFit({ artifact, version }: Coordinates, base: string): 0 | 1 | 2 {
  const name = plain(artifact);
  if (base === `${name}-${plain(version)}`) return 2;
  if (base === name) return 1;
  const rest = base.startsWith(`${name}-`) ? base.slice(name.length + 1) : "";
  return (rest >= "0" && rest < ":") || rest.startsWith(plain(version)) ? 1 : 0;
}

/** By file name before manifest, then by the longer artifact: `log4j-1.2-api` before `log4j`. */
function rank(pom: Coordinates, base: string): number {
  return nameFit(pom, base) * 10_000 + pom.artifact.length;
}

/** https://www.jenkins.io/doc/developer/plugin-development: the manifest that its packaging writes. */
function jenkinsPlugin(manifest: Manifest): Coordinates | null {
  if (!manifest.has("plugin-version")) return null;
  const group = namePart(manifest.get("group-id"));
  const artifact =
    namePart(manifest.get("artifact-id")) ??
    namePart(manifest.get("short-name")) ??
    namePart(manifest.get("extension-name"));
  // `1.2-SNAPSHOT (private-0f3a-somebody)`
  const version = versionPart(manifest.get("plugin-version")?.split(" ")[0]);
  return group === null || artifact === null || version === null ? null : { group, artifact, version };
}

/** Packing jars into one may leave the manifest of one of them: it speaks of another version than the file name. */
function isOfAnother(manifest: Manifest, name: JarName): boolean {
  const written = manifest.get("implementation-version");
  if (name.version === null || written === undefined) return false;
  return !written.startsWith(name.version) && !name.version.startsWith(written);
}

/** A file name with a version is that of a repository; without one the manifest's title tells more, if it is a name at all. */
function artifactOf(manifest: Manifest, name: JarName): string | null {
  const byName = namePart(name.artifact);
  if (name.version !== null && byName !== null) return byName;
  const title = manifest.get("implementation-title");
  const isName = title !== undefined && /^[a-z][a-z0-9]*(?:[-_.][a-zA-Z0-9]+)+$/.test(title);
  return isName ? namePart(title) : byName;
}

/** `Bundle-Version` and `Specification-Version` may be of another count than the release's; they come last. */
function versionOf(manifest: Manifest): string | null {
  for (const key of ["implementation-version", "bundle-version", "specification-version"]) {
    const version = versionPart(shortText(manifest.get(key), 200));
    if (version !== null && /^v?\d/.test(version)) return version;
  }
  return null;
}

/**
 * The group, where the manifest tells it: `Implementation-Vendor-Id` is the group in what Maven and sbt build; the symbolic name
 * that Maven's bundle plugin makes is group and artifact with a dot between. An artifact without a hyphen is not enough for
 * that: `com.google.gson` is of the group `com.google.code.gson`.
 */
function groupOf(manifest: Manifest, artifact: string): string | null {
  const vendor = namePart(manifest.get("implementation-vendor-id"));
  if (vendor !== null && vendor.includes(".") && !vagueVendors.has(vendor)) return vendor;
  // Starters of Spring Boot have no classes, only a name of their own module.
  const module = manifest.get("automatic-module-name");
  if (artifact.startsWith("spring-boot-") && module === artifact.replaceAll("-", "."))
    return "org.springframework.boot";
  const symbolic = symbolicName(manifest);
  if (!artifact.includes("-") || !symbolic.endsWith(`.${artifact}`)) return null;
  return namePart(symbolic.slice(0, -artifact.length - 1));
}

/** Of whole houses, not of one group. */
const vagueVendors = new Set(["com.sun", "com.oracle", "org.apache", "com.ibm", "com.google"]);

/** `Bundle-SymbolicName` without its directives; empty: none. */
function symbolicName(manifest: Manifest): string {
  return (manifest.get("bundle-symbolicname") ?? "").split(";")[0]?.trim() ?? "";
}

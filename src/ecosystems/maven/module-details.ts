/**
 * What a module's pom and its jar's manifest tell of it beside its name.
 */
import { spdxLicenses } from "../shared/licenses.ts";
import { authorLengthMax, descriptionLengthMax, shortText } from "../shared/text.ts";
import { bundleLicenses, pomLicenses } from "./licenses.ts";
import { namePart, type Manifest } from "./manifest.ts";
import { interpolate, ownProperty, type Pom } from "./pom.ts";

/** Members are absent when nothing is known. */
export interface ModuleDetails {
  /** SPDX expressions. */
  readonly licenses?: readonly string[];
  readonly author?: string;
  readonly description?: string;
  /** `group:artifact` of what its pom needs at run time. */
  readonly needs?: readonly string[];
}

/** What the pom says, else the manifest. */
export function detailsOf(pom: Pom | null, manifest: Manifest | null): ModuleDetails {
  const ofBundle = manifest?.get("bundle-license") ?? null;
  const named = pom === null ? [] : pomLicenses(pom.licenses);
  const licenses = named.length > 0 || ofBundle === null ? named : bundleLicenses(ofBundle);
  const vendor = manifest?.get("implementation-vendor") ?? manifest?.get("bundle-vendor");
  const author = shortText(withValues(pom?.author ?? null, pom) ?? vendor, authorLengthMax);
  const text = withValues(pom?.description ?? pom?.name ?? null, pom) ?? manifest?.get("bundle-description");
  const description = shortText(text?.replace(/\s+/g, " "), descriptionLengthMax);
  const needs = pom === null ? [] : needsOf(pom);
  return {
    ...(licenses.length === 0 ? {} : { licenses: spdxLicenses(licenses) }),
    ...(author === null ? {} : { author }),
    ...(description === null ? {} : { description }),
    ...(needs.length === 0 ? {} : { needs }),
  };
}

function withValues(text: string | null, pom: Pom | null): string | null {
  if (text === null || pom === null) return text;
  return interpolate(text.slice(0, 2000), (name) => ownProperty(pom, name));
}

/** Scopes whose jars are there when the module runs. */
const runtimeScopes = new Set([null, "compile", "runtime"]);

function needsOf(pom: Pom): readonly string[] {
  const needs = new Set<string>();
  for (const { groupId, artifactId, scope, isOptional } of pom.dependencies) {
    if (isOptional || !runtimeScopes.has(scope) || needs.size >= needsMax) continue;
    const group = namePart(withValues(groupId, pom));
    const artifact = namePart(withValues(artifactId, pom));
    if (group !== null && artifact !== null) needs.add(`${group}:${artifact}`);
  }
  return [...needs].sort();
}

const needsMax = 200;

/** Components of a CycloneDX document by their `bom-ref`, each with what it stands in. */
import type { JsonRecord } from "../../domain/json-record.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { VexProduct } from "../../domain/vex.ts";
import { recordsOf, text } from "../shared/fields.ts";

export interface KnownComponents {
  /** The product that a reference means; one that is not in the document keeps its reference as its id. */
  find(ref: string): Omit<VexProduct, "versions">;
}

interface Known {
  readonly ids: readonly string[];
  /** Of the outermost component that it stands in; null: it stands in none. */
  readonly whole: readonly string[] | null;
}

/** Ceiling of components that are looked at. */
const COMPONENTS_MAX = 500_000;

/** Reads `metadata.component` and `components` of the root. */
export function readComponents(root: JsonRecord): KnownComponents {
  const byRef = new Map<string, Known>();
  const main = recordOf(recordOf(root["metadata"])?.["component"]);
  const whole = main === null ? null : idsOf(main);
  const add = (component: JsonRecord, above: readonly string[] | null): void => {
    const ref = text(component["bom-ref"]);
    const ids = idsOf(component);
    if (byRef.size >= COMPONENTS_MAX) return;
    if (ref !== null && !byRef.has(ref)) byRef.set(ref, { ids, whole: above });
    // Depth is limited by the reader of the document.
    for (const part of recordsOf(component["components"])) add(part, above ?? ids);
  };
  if (main !== null) add(main, null);
  for (const component of recordsOf(root["components"])) add(component, whole);
  return { find: (ref) => toProduct(ref, byRef) };
}

function toProduct(ref: string, byRef: ReadonlyMap<string, Known>): Omit<VexProduct, "versions"> {
  const known = byRef.get(ref) ?? byRef.get(fragmentOf(ref) ?? "");
  if (known !== undefined) {
    const { ids, whole } = known;
    return whole === null ? { ids, subcomponents: [] } : { ids: whole, subcomponents: ids };
  }
  const fragment = fragmentOf(ref);
  return { ids: [fragment?.startsWith("pkg:") === true ? fragment : ref], subcomponents: [] };
}

/** `urn:cdx:<serial number>/<version>#<bom-ref>` -> the bom-ref; null: not a link to a BOM. */
function fragmentOf(ref: string): string | null {
  const at = ref.indexOf("#");
  if (!ref.startsWith("urn:cdx:") || at === -1) return null;
  try {
    return decodeURIComponent(ref.slice(at + 1));
  } catch {
    return ref.slice(at + 1);
  }
}

/** Package URL and CPE; of a container without them its reference. Anything else is named so that it is no image and no package. */
function idsOf(component: JsonRecord): readonly string[] {
  const purl = text(component["purl"]);
  const cpe = text(component["cpe"]);
  const name = text(component["name"]) ?? text(component["bom-ref"]) ?? "unnamed";
  const version = text(component["version"]);
  const ids = [purl, cpe].filter((id) => id !== null);
  if (ids.length > 0) return ids;
  if (component["type"] === "container" && version !== null)
    return [/^sha\d{3}:/.test(version) ? `${name}@${version}` : `${name}:${version}`];
  if (component["type"] === "container") return [name];
  return [`cyclonedx://${name}${version === null ? "" : `@${version}`}`];
}

/** Components of a CycloneDX document by their `bom-ref`, each with what it stands in. */
import type { JsonRecord } from "../../domain/json-record.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { VexProduct } from "../../domain/vex.ts";
import { recordsOf, text } from "../shared/fields.ts";
import { withVersion } from "../shared/versioned-purl.ts";

export interface KnownComponents {
  /**
   * The product that a reference means; one that is not in the document keeps its reference as its id. `isRanged`: the reference
   * names versions of its own, which count in place of the component's.
   */
  find(ref: string, isRanged: boolean): Omit<VexProduct, "versions">;
}

interface Known {
  /** Without the version that stands beside the package URL. */
  readonly ids: readonly string[];
  readonly version: string | null;
  /** Of the outermost component that it stands in; null: it stands in none. */
  readonly whole: readonly string[] | null;
}

/** Ceiling of components that are looked at. */
const COMPONENTS_MAX = 500_000;

/** Reads `metadata.component` and `components` of the root. */
export function readComponents(root: JsonRecord): KnownComponents {
  const byRef = new Map<string, Known>();
  const main = recordOf(recordOf(root["metadata"])?.["component"]);
  const whole = main === null ? null : versionedIdsOf(main);
  const add = (component: JsonRecord, above: readonly string[] | null): void => {
    const ref = text(component["bom-ref"]);
    if (byRef.size >= COMPONENTS_MAX) return;
    const known = { ids: idsOf(component), version: text(component["version"]), whole: above };
    if (ref !== null && !byRef.has(ref)) byRef.set(ref, known);
    // Depth is limited by the reader of the document.
    for (const part of recordsOf(component["components"])) add(part, above ?? versionedIdsOf(component));
  };
  if (main !== null) add(main, null);
  for (const component of recordsOf(root["components"])) add(component, whole);
  return { find: (ref, isRanged) => toProduct(ref, isRanged, byRef) };
}

function toProduct(
  ref: string,
  isRanged: boolean,
  byRef: ReadonlyMap<string, Known>,
): Omit<VexProduct, "versions"> {
  const known = byRef.get(ref) ?? byRef.get(fragmentOf(ref) ?? "");
  if (known !== undefined) {
    const { whole, version } = known;
    const ids = isRanged ? known.ids : known.ids.map((id) => withVersion(id, version));
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

/** A package URL that tells no version is about the one that stands beside it. */
function versionedIdsOf(component: JsonRecord): readonly string[] {
  return idsOf(component).map((id) => withVersion(id, text(component["version"])));
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

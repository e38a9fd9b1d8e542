/**
 * The product tree of a CSAF document (section 3.2.2): products by their id, each as a VEX product. A product that tells no
 * package URL and no CPE keeps its id, so that nothing is lost and nothing is guessed.
 */
import type { VexProduct } from "../../domain/vex.ts";
import type { JsonRecord } from "../../domain/json-record.ts";
import { recordOf } from "../../domain/json-record.ts";
import { recordsOf, text, textsOf } from "../shared/fields.ts";
import { exactRange, isVersRange } from "../shared/vers-range.ts";
import { hasVersion, withVersion } from "../shared/versioned-purl.ts";

/** Products by `product_id`, and the products of groups by `group_id`. */
export interface ProductTree {
  readonly products: ReadonlyMap<string, VexProduct>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** Ceilings: the largest published documents have some 10,000 products and 5 levels. */
const PRODUCTS_MAX = 500_000;
const RELATION_DEPTH_MAX = 8;

/** Reads `product_tree`, which may be anything. */
export function readProductTree(value: unknown): ProductTree {
  const tree = recordOf(value) ?? {};
  const products = new Map<string, VexProduct>();
  const add = (named: unknown, versions: readonly string[]): void => {
    const record = recordOf(named);
    const id = text(record?.["product_id"]);
    if (record === null || id === null || products.size >= PRODUCTS_MAX) return;
    products.set(id, toProduct(record, id, versions));
  };
  for (const named of recordsOf(tree["full_product_names"])) add(named, []);
  walkBranches(tree["branches"], add);
  relate(recordsOf(tree["relationships"]), products);
  const groups = recordsOf(tree["product_groups"]).flatMap((group): [string, readonly string[]][] => {
    const id = text(group["group_id"]);
    return id === null ? [] : [[id, textsOf(group["product_ids"])]];
  });
  return { products, groups: new Map(groups) };
}

/** Depth is limited by the reader of the document. `versions`: what the branches above say of the version. */
function walkBranches(
  value: unknown,
  add: (named: unknown, versions: readonly string[]) => void,
  above: readonly string[] = [],
): void {
  for (const branch of recordsOf(value)) {
    const versions = versionOf(branch) ?? above;
    if (branch["product"] !== undefined) add(branch["product"], versions);
    walkBranches(branch["branches"], add, versions);
  }
}

/** A version that is none, such as the name of a package, says nothing; a range in free words holds no version. */
function versionOf({ category, name }: JsonRecord): readonly string[] | null {
  const named = text(name);
  if (named === null) return null;
  if (category === "product_version_range") return [named];
  return category === "product_version" && /^v?\d/.test(named) ? [named] : null;
}

function toProduct(named: JsonRecord, id: string, versions: readonly string[]): VexProduct {
  const helper = recordOf(named["product_identification_helper"]) ?? {};
  const purls = [text(helper["purl"]), ...textsOf(helper["purls"])].filter((purl) => purl !== null);
  const cpe = text(helper["cpe"]);
  const ids = [...new Set([...purls, ...(cpe === null ? [] : [cpe])])];
  const unknown: VexProduct = { ids: [`csaf://${id}`], subcomponents: [] };
  if (ids.length === 0) return unknown;
  const [first = ""] = purls;
  const [, type = null, path = ""] = /^pkg:([a-z0-9.+-]{1,40})\/([^@?#]*)/i.exec(first) ?? [];
  // A branch may be named by the package, whose name may begin with a digit: `389-ds-base.src`.
  const name = path.slice(path.lastIndexOf("/") + 1);
  const told = versions.filter((version) => name === "" || !version.startsWith(name));
  // A purl with a version tells it better than the branch.
  if (type === null || told.length === 0 || hasVersion(first)) return { ids, subcomponents: [] };
  const isExact = told.length === 1 && !isVersRange(told[0] ?? "");
  // The version of an image is its tag or digest, which has no order that a range could be about.
  if (isExact && /^(?:docker|oci)$/i.test(type))
    return { ids: ids.map((id) => withVersion(id, told[0] ?? null)), subcomponents: [] };
  // Words such as `<= 4.2` are no version: as one they fit none.
  const ranges = told.map((version) => (isVersRange(version) ? version : exactRange(type, version)));
  return { ids, subcomponents: [], versions: ranges };
}

/** A relationship is a product of its own: one as a component of another. Chains of them are followed as far as they are listed. */
function relate(relations: readonly JsonRecord[], products: Map<string, VexProduct>): void {
  let open = relations;
  for (let depth = 0; depth < RELATION_DEPTH_MAX && open.length > 0; depth++) {
    open = open.filter((relation) => {
      const id = text(recordOf(relation["full_product_name"])?.["product_id"]);
      const component = products.get(text(relation["product_reference"]) ?? "");
      const whole = products.get(text(relation["relates_to_product_reference"]) ?? "");
      if (id === null || component === undefined || whole === undefined) return true;
      if (products.size < PRODUCTS_MAX) products.set(id, joinProducts(component, whole, id));
      return false;
    });
  }
}

function joinProducts(component: VexProduct, whole: VexProduct, id: string): VexProduct {
  const subcomponents = component.subcomponents.length === 0 ? component.ids : component.subcomponents;
  const { versions } = component;
  return { ids: idsOfWhole(whole, id), subcomponents, ...(versions === undefined ? {} : { versions }) };
}

/**
 * With its version, as a statement about a part of version 1 says nothing of that part in version 2. A range of versions cannot be
 * told beside a part, so that the whole then keeps the id of the relation, which names nothing.
 */
function idsOfWhole({ ids, subcomponents, versions }: VexProduct, id: string): readonly string[] {
  // The versions of a part are told by the relation that it came from.
  if (versions === undefined || subcomponents.length > 0) return ids;
  const exact = versions.map((range) => /^vers:[^/]+\/([^<>=!|*]+)$/.exec(range)?.[1]);
  if (exact.includes(undefined)) return [`csaf://${id}`];
  return ids.flatMap((each) => exact.map((version) => withVersion(each, decodeURIComponent(version ?? ""))));
}

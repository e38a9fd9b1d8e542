/**
 * Product trees of CSAF 2.0: products are named in branches, and relationships put components into products, and modules between
 * them. An id of a statement leads to both.
 */
import { asFields, asList, asText, type Fields } from "./fields.ts";

/** Which component of which product. */
export interface CsafPlace {
  /** CPE of the product (`cpe:/o:redhat:enterprise_linux:8::baseos`), or null. */
  readonly cpe: string | null;
  /** Id of the product: `BaseOS-9.4.0.GA`, `SUSE Linux Enterprise Server 15 SP4`. */
  readonly product: string;
  /** Id of the component: `libtiff-0:4.4.0-12.el9.x86_64`, `libtiff`; empty for a product as a whole. */
  readonly component: string;
  /** `pkg:rpm/…`, or null. */
  readonly purl: string | null;
  /** `nodejs:18`, when the component is part of a module. */
  readonly module: string | null;
}

/** Branches inside branches, and relationships on relationships. */
const depthMax = 20;

/** A function from ids to places; null for ids that the tree does not have. */
export function readProductTree(tree: unknown): (id: string) => CsafPlace | null {
  const root = asFields(tree) ?? {};
  const products = new Map<string, Fields>();
  addBranches(asList(root["branches"]), products, 0);
  const relations = new Map<string, readonly [component: string, product: string]>();
  for (const member of asList(root["relationships"])) {
    const relation = asFields(member);
    const id = asText(asFields(relation?.["full_product_name"])?.["product_id"]);
    const component = asText(relation?.["product_reference"]);
    const product = asText(relation?.["relates_to_product_reference"]);
    if (id !== null && component !== null && product !== null) relations.set(id, [component, product]);
  }
  return (id) => placeOf(id, products, relations);
}

function addBranches(branches: readonly unknown[], products: Map<string, Fields>, depth: number): void {
  if (depth > depthMax) return;
  for (const member of branches) {
    const branch = asFields(member);
    if (branch === null) continue;
    const product = asFields(branch["product"]);
    const id = asText(product?.["product_id"]);
    if (product !== null && id !== null) {
      products.set(id, asFields(product["product_identification_helper"]) ?? {});
    }
    addBranches(asList(branch["branches"]), products, depth + 1);
  }
}

function placeOf(
  id: string,
  products: ReadonlyMap<string, Fields>,
  relations: ReadonlyMap<string, readonly [string, string]>,
): CsafPlace | null {
  const relation = relations.get(id);
  if (relation === undefined) {
    const whole = products.get(id);
    return whole === undefined
      ? null
      : { cpe: asText(whole["cpe"]), product: id, component: "", purl: asText(whole["purl"]), module: null };
  }
  const [component] = relation;
  const helper = products.get(component) ?? {};
  const purl = asText(helper["purl"]);
  let module = moduleOf(component, purl);
  let product = relation[1];
  // Components of a module relate to the module within the product.
  for (let depth = 0; depth < depthMax; depth += 1) {
    const outer = relations.get(product);
    if (outer === undefined) break;
    module ??=
      moduleOf(outer[0], asText(products.get(outer[0])?.["purl"])) ??
      new RegExp(`^${STREAM}(?::|$)`).exec(outer[0])?.[1] ??
      null;
    product = outer[1];
  }
  return { cpe: asText(products.get(product)?.["cpe"]), product, component, purl, module };
}

const STREAM = "([\\w.+-]{1,60}:[\\w.+-]{1,60})";

/** `pkg:rpm/…?rpmmod=nodejs:18:…`, `pkg:rpmmod/redhat/nodejs@18:…`, `….x86_64::nodejs:18`, `nodejs:18/nodejs` */
function moduleOf(component: string, purl: string | null): string | null {
  const text = decoded(purl ?? "");
  const module = /^pkg:rpmmod\/redhat\/([\w.+-]{1,60})@([\w.+-]{1,60})/.exec(text);
  if (module !== null) return `${module[1]}:${module[2]}`;
  return (
    (new RegExp(`[?&]rpmmod=${STREAM}`).exec(text) ??
      new RegExp(`::${STREAM}$`).exec(component) ??
      new RegExp(`^${STREAM}/`).exec(component))?.[1] ?? null
  );
}

function decoded(purl: string): string {
  try {
    return decodeURIComponent(purl);
  } catch {
    // Not encoded as it should be; what can be read of it is read.
    return purl;
  }
}

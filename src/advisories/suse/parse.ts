/**
 * SUSE's VEX statements: products are named as releases are sold, components by name, and by name and version where there is a
 * fix (status `recommended`). Epochs are not written, as SUSE's packages have none.
 */
import type { CsafStatement, CsafVex } from "../shared/csaf.ts";
import { isPackageName } from "../shared/fields.ts";
import { suseSpace } from "../shared/rpm-spaces.ts";
import { readRpmVex, type Placing } from "../shared/rpm-vex.ts";
import type { FeedReading } from "../types.ts";

export function readSuseVex(vex: CsafVex): FeedReading {
  return readRpmVex(vex, { place, pageOf: (cve) => `https://www.suse.com/security/cve/${cve}.html` });
}

function place({ product, component: written, status }: CsafStatement): Placing {
  const space = suseSpace(product.replace(/^SUSE /, ""));
  if (space === null) return { kind: "unsupported", product: familyOf(product) };
  const isFix = status === "fixed" || status === "recommended";
  const component = isFix ? withVersion(written) : withoutVersion(written);
  if (component !== null) return { kind: "placed", placed: { space, ...component, modularity: null } };
  return isFix ? { kind: "rejected", reason: "a fixed package has no version" } : { kind: "nothing" };
}

/** `SUSE CaaS Platform` of `SUSE CaaS Platform 4.0`: a name for counts. */
function familyOf(product: string): string {
  return product.replace(/ \d.*$/, "").slice(0, 100);
}

interface Component {
  readonly name: string;
  readonly version: string | null;
}

/** `samba-client-libs-4.19.4+git.339.acf1ccaa02-1.22`: neither version nor release has a hyphen. */
function withVersion(component: string): Component | null {
  const match = /^(.{1,200})-([^-]{1,100}-[^-]{1,100})$/.exec(component);
  const [, name = "", version = ""] = match ?? [];
  return isPackageName(name) && name !== "" ? { name, version } : null;
}

function withoutVersion(component: string): Component | null {
  return isPackageName(component) && component !== "" ? { name: component, version: null } : null;
}

/**
 * SUSE's VEX statements: products are named as releases are sold, components by name, and by name and version where there is a
 * fix (status `recommended`). Epochs are not written, as SUSE's packages have none.
 */
import type { CsafVex } from "../shared/csaf.ts";
import { isPackageName, sortedUnique } from "../shared/fields.ts";
import { suseSpace } from "../shared/rpm-spaces.ts";
import { adviseOnRpms, type RpmStatement } from "../shared/rpm-vex.ts";
import type { FeedReading, RejectedRecord } from "../types.ts";

export function readSuseVex(vex: CsafVex): FeedReading {
  const placed: RpmStatement[] = [];
  const unsupported: string[] = [];
  const rejected: RejectedRecord[] = [];
  for (const statement of vex.statements) {
    const space = suseSpace(statement.product.replace(/^SUSE /, ""));
    if (space === null) {
      unsupported.push(familyOf(statement.product));
      continue;
    }
    const isFix = statement.status === "fixed" || statement.status === "recommended";
    const component = isFix ? withVersion(statement.component) : withoutVersion(statement.component);
    if (component === null) {
      if (isFix) rejected.push({ id: vex.id, reason: "a fixed package has no version" });
      continue;
    }
    placed.push({ space, ...component, modularity: null, statement });
  }
  if (vex.unknownProducts > 0) {
    rejected.push({ id: vex.id, reason: "a statement is about a product that the document does not name" });
  }
  const page = /^CVE-\d{4}-\d{4,}$/.test(vex.id) ? `https://www.suse.com/security/cve/${vex.id}.html` : null;
  const advisories = adviseOnRpms(vex, placed, page).map((advisory) => ({ part: "", advisory }));
  return {
    records: [
      {
        kind: "advisory",
        id: vex.id,
        modifiedAt: vex.modifiedAt,
        withdrawn: false,
        advisories,
        unsupported: sortedUnique(unsupported),
        neverAffectedCount: 0,
      },
    ],
    rejected,
    spaces: [],
  };
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

/** The newest version of a package as its ecosystem publishes it. */
import type { Package } from "./package.ts";

export interface NewestVersion {
  readonly version: string;
  /** RFC 3339 or a date; null: not told. */
  readonly releasedAt: string | null;
  /** The publisher's words on why nobody should use the package any more; null: there are none. */
  readonly deprecated: string | null;
}

export type NewestAnswer =
  | {
      readonly kind: "known";
      readonly newest: NewestVersion;
      /** Who told: a mirror just now, an answer of it that was kept, or a file. */
      readonly from: "mirror" | "cache" | "bundle";
    }
  | { readonly kind: "no_data"; readonly reason: string };

export interface OutdatedPackage {
  /** The first of its places. */
  readonly package: Package;
  /** `outdated`: there is a newer one; `current`: there is none; `no_data`: nobody could tell. */
  readonly status: "outdated" | "current" | "no_data";
  readonly newest: NewestVersion | null;
  readonly from: "mirror" | "cache" | "bundle" | null;
  readonly step: "patch" | "minor" | "major" | "unknown" | null;
  /** Of `no_data`; else null. */
  readonly reason: string | null;
}

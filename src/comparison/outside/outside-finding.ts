/** What another scanner says of an image, in one shape: its word, which never becomes a finding of ours. */
import type { Severity } from "../../domain/advisory.ts";

export interface OutsideFinding {
  /** As the scanner names it: `CVE-…`, `GHSA-…`. */
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  /** Null: the report tells a name and a version alone. */
  readonly purl: string | null;
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  readonly fixedVersion: string | null;
  /** Its own word for what becomes of it, `will_not_fix` for example; `ignored` for what it leaves out of its count. */
  readonly status: string | null;
}

export interface OutsideReport {
  /** `trivy`, `grype`, `osv-scanner`, `gitlab`, `sarif` */
  readonly format: string;
  /** Name and version that the scanner has for itself: `grype 0.110.0`; null: not told. */
  readonly tool: string | null;
  /** Digest of the image's manifest; null: not told. */
  readonly subjectDigest: string | null;
  readonly findings: readonly OutsideFinding[];
}

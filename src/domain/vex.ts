/**
 * VEX statements as read from documents (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md).
 */

/** OpenVEX 0.2.0 statuses. */
export type VexStatus = "not_affected" | "affected" | "fixed" | "under_investigation";

/** OpenVEX 0.2.0 justifications of `not_affected`. */
export const vexJustifications = [
  "component_not_present",
  "vulnerable_code_not_present",
  "vulnerable_code_not_in_execute_path",
  "vulnerable_code_cannot_be_controlled_by_adversary",
  "inline_mitigations_already_exist",
] as const;

export type VexJustification = (typeof vexJustifications)[number];

export interface VexStatement {
  /** Id of the document it stands in. */
  readonly document: string;
  /** File or address the document was read from. */
  readonly location: string;
  readonly author: string;
  /** RFC 3339; the statement's own or the document's. Newest wins. */
  readonly timestamp: string;
  /** Vulnerability name and its aliases. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  readonly justification: VexJustification | null;
  readonly impactStatement: string | null;
  readonly actionStatement: string | null;
}

export interface VexProduct {
  /** `@id` and identifiers of the product: purls or other IRIs. */
  readonly ids: readonly string[];
  /** Ids of subcomponents; empty: the whole product. */
  readonly subcomponents: readonly string[];
}

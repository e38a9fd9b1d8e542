/**
 * VEX statements as read from documents of any format, in the terms of OpenVEX
 * (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md), and how far they are trusted.
 */

/**
 * How far a statement or an exception is trusted, the least first. `proposed`: anybody who can write the repository or build the
 * image may have written it; `configured`: the user named its location or its author; `approved`: the organisation approved it,
 * or a key that is configured as trusted has signed it. On a laptop all of them count, for an organisation `approved` alone.
 */
export const trustTiers = ["proposed", "configured", "approved"] as const;

export type TrustTier = (typeof trustTiers)[number];

/**
 * Where a statement was found. `location`: a file or folder that the user named; `repository`: a VEX repository;
 * `attestation`: beside the image; `image`: a file in it; `organisation`: kept by the server.
 */
export const vexOrigins = ["location", "repository", "attestation", "image", "organisation"] as const;

export type VexOrigin = (typeof vexOrigins)[number];

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
  /** Free text beside the status; absent: none. */
  readonly statusNotes?: string;
  /** Absent: `configured`, as of a document that the user named. */
  readonly tier?: TrustTier;
  /** Absent: `location`. */
  readonly origin?: VexOrigin;
}

/**
 * What became of a statement; later ones came nearer to being applied. `no-finding`: nothing was found that it speaks about.
 * `package-in-package`: its product is a package that holds others, and the one that was found is not known to be in it, or is elsewhere too. `unjustified`: not_affected
 * without saying why. `unversioned`: fixed, without saying in which version. `not-approved`: it would apply, and is only proposed.
 * `superseded`: it applies, but another one decided.
 */
export const vexOutcomes = [
  "no-finding",
  "author-not-trusted",
  "product-unreadable",
  "other-image",
  "package-in-package",
  "other-package",
  "unjustified",
  "unversioned",
  "future",
  "not-approved",
  "superseded",
  "applied",
] as const;

export type VexOutcome = (typeof vexOutcomes)[number];

/** Whether one statement applied to an image, and to what, or why not. */
export interface VexExplanation {
  readonly statement: VexStatement;
  /** The furthest it came with any finding. */
  readonly outcome: VexOutcome;
  /** The outcome for people: `it is about another image`. */
  readonly text: string;
  /** The findings that it decides, in report order. */
  readonly applied: readonly { readonly vulnerability: string; readonly purl: string }[];
}

/** @see VexStatement.tier */
export function tierOf({ tier }: Pick<VexStatement, "tier">): TrustTier {
  return tier ?? "configured";
}

export interface VexProduct {
  /** `@id` and identifiers of the product: purls or other IRIs. */
  readonly ids: readonly string[];
  /** Ids of subcomponents; empty: the whole product. */
  readonly subcomponents: readonly string[];
  /**
   * Versions of the product that it is about, of the subcomponents where there are any, each as a `vers` range:
   * `vers:npm/>=1.0.0|<1.2.5`; one that fits is enough. Absent: the ids tell the version, or it is about every one.
   */
  readonly versions?: readonly string[];
}

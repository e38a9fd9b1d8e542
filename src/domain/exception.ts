/**
 * Exceptions: our users' own decisions on findings. They are asked for, decided by somebody else, and end.
 */
import type { TrustTier, VexJustification } from "./vex.ts";

/** `false_positive`: the finding does not apply; `accepted_risk`: it applies, and is borne for a while. */
export const exceptionKinds = ["false_positive", "accepted_risk"] as const;

export type ExceptionKind = (typeof exceptionKinds)[number];

/** What an exception is about. Every part that is given must fit; a part that is null fits everything. */
export interface ExceptionScope {
  /** Canonical repository, e.g. `ghcr.io/org/app`; null: all repositories of the organisation. */
  readonly repository: string | null;
  /** Several of them, any of which fits; given instead of `repository`. Absent: `repository` tells. */
  readonly repositories?: readonly string[];
  /** `sha256:…` of one image or of its index, or in files a reference: `ghcr.io/org/app:1.2`; null: every image. */
  readonly digest: string | null;
  /** Package URL, with or without version: `pkg:deb/debian/openssl`; a source package means all built from it. Null: any package. */
  readonly purl: string | null;
  /** Of a rule in a file: name or package URL, `*` for any text. Absent: any package. */
  readonly packagePattern?: string;
  /** Of a rule in a file: path in the image, `*` for any text; every place of the package has to fit. Absent: any place. */
  readonly pathPattern?: string;
}

/** An exception that somebody decided: approved, or written into a file and only proposed. See `tier`. */
export interface Exception {
  readonly id: string;
  /** Id of the vulnerability, or one of its aliases: `CVE-2026-1`. Compared in any case. `*` of a rule in a file: any. */
  readonly vulnerability: string;
  readonly kind: ExceptionKind;
  /** Given with `false_positive`; null with `accepted_risk`. */
  readonly justification: VexJustification | null;
  /** Why, in free text. */
  readonly reason: string;
  readonly scope: ExceptionScope;
  /** Who asked for it, as shown to people. */
  readonly requestedBy: string;
  /** Who approved it: never the one who asked. */
  readonly decidedBy: string;
  /** RFC 3339; empty of a file that does not tell. Of several exceptions that apply the newest decision wins. */
  readonly decidedAt: string;
  /** RFC 3339; at this instant it has ended. Null: no end. */
  readonly expiresAt: string | null;
  /** Who wrote it into the file where it stands, as shown to people; absent: `requestedBy` tells. */
  readonly author?: string;
  /** Where it is discussed, e.g. `SEC-42` or an address; absent: nobody says. */
  readonly ticket?: string;
  /** Absent: `approved`. */
  readonly tier?: TrustTier;
  /** File where it stands, for people: `.plimsoll.yaml`; absent: the server keeps it. */
  readonly location?: string;
}

/** @see Exception.tier */
export function exceptionTier({ tier }: Pick<Exception, "tier">): TrustTier {
  return tier ?? "approved";
}

/** The repositories it is limited to; empty: all of them. */
export function repositoriesOf({ repository, repositories }: ExceptionScope): readonly string[] {
  return repositories ?? (repository === null ? [] : [repository]);
}

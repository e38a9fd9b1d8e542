/**
 * What an organisation's policies say of an image: the server's own verdict, or one that was worked out where the image is, by
 * the same policies and exceptions. A reader must always see which of the two it is.
 */
import type { Analysis } from "./analysis.ts";
import type { Verdict } from "./policy.ts";
import type { PolicyEffect } from "./verdict-history.ts";

export interface Judgement {
  readonly organisation: string;
  /** `server`: what the image's page shows; `here`: worked out on this machine. */
  readonly judged: "server" | "here";
  /** Why it was judged here: `the image was not pushed`; null for the server's. */
  readonly reason: string | null;
  /** Address of the image's page; null where the server does not know the image. */
  readonly page: string | null;
  /** What each policy does when it is not met, by its id. */
  readonly effects: Readonly<Record<string, PolicyEffect>>;
  /** Digest of the vulnerability database behind the server's verdicts; null: the server has none, or does not tell. */
  readonly serverDatabase: string | null;
  /** One image, or one a platform. */
  readonly images: readonly JudgedImage[];
}

export interface JudgedImage {
  readonly name: string;
  readonly digest: string | null;
  readonly platform: string | null;
  /** Null: there is no image for the platform that can be analysed. */
  readonly verdict: Verdict | null;
  /** Why there is no verdict, or null. */
  readonly reason: string | null;
  readonly completeness: "complete" | "incomplete";
  readonly verification: "verified" | "unverified" | "not_applicable";
  readonly database: JudgingDatabase | null;
  /** The whole analysis where it was judged here; null: only the verdict is known. */
  readonly analysis: Analysis | null;
}

export interface JudgingDatabase {
  readonly digest: string | null;
  /** RFC 3339 */
  readonly updatedAt: string;
  readonly stale: boolean;
  readonly demonstration: boolean;
}

/** True when the verdict rests on another vulnerability database than the server's. */
export function hasOtherDatabase({ judged, serverDatabase }: Judgement, image: JudgedImage): boolean {
  const own = image.database?.digest ?? null;
  return judged === "here" && own !== null && serverDatabase !== null && own !== serverDatabase;
}

/** What the image was built on, and how that is known: only what is proven counts for a policy. */
import type { ReactElement } from "react";
import type { ImageView } from "../../../../src/api/rest/images.ts";
import { shortDigest } from "../../display/digest.ts";
import { PlainText } from "../../parts/plain-text.tsx";
import { Tag } from "../../parts/tag.tsx";

const evidenceWords = {
  layers: "proven by its layers",
  provenance: "named by provenance",
  claimed: "only claimed",
} as const;

export function BaseImage({
  base,
  reason,
}: {
  base: ImageView["base"];
  reason: string | null;
}): ReactElement {
  if (base === null) return <PlainText className="text-muted" text={reason ?? "not known"} charsMax={300} />;
  if (base.scratch) return <span>none, built from scratch</span>;
  const digest = base.digest === null ? "" : ` @ ${shortDigest(base.digest)}`;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <PlainText text={`${base.name}${base.tag === null ? "" : `:${base.tag}`}${digest}`} charsMax={400} />
      <Tag tone={base.evidence === "claimed" ? "warn" : "good"}>{evidenceWords[base.evidence]}</Tag>
    </span>
  );
}

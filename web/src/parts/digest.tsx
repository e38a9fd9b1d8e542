/** A digest, short, with the whole of it in the title and on a button that copies it. */
import type { ReactElement } from "react";
import { shortDigest } from "../display/digest.ts";
import { printable } from "../display/printable.ts";
import { CopyButton } from "./copy-button.tsx";

export function Digest({ digest, noun = "digest" }: { digest: string; noun?: string }): ReactElement {
  return (
    <span className="inline-flex items-center gap-0.5 whitespace-nowrap">
      <code className="font-mono text-[0.93em]" title={printable(digest)}>
        {printable(shortDigest(digest), { charsMax: 80 })}
      </code>
      <CopyButton text={digest} noun={noun} />
    </span>
  );
}

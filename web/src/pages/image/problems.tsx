/** What could not be read, file by file; what may hide packages stands first. */
import { useParams } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { ImageInventoryView } from "../../../../src/api/rest/images.ts";
import { amount, counted } from "../../display/amounts.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Tag } from "../../parts/tag.tsx";

type Problem = ImageInventoryView["problems"][number];

const SHOWN_AT_FIRST = 20;

export function Problems({ problems, count }: { problems: readonly Problem[]; count: number }): ReactElement {
  const [all, setAll] = useState(false);
  const shown = all ? problems : problems.slice(0, SHOWN_AT_FIRST);
  return (
    <Card title={`Problems of reading: ${amount(count)}`}>
      {count === 0 && <p className="text-muted">Everything that was looked at could be read.</p>}
      <ul aria-label="Problems of reading" className="divide-y divide-line" hidden={count === 0}>
        {shown.map((problem, at) => (
          <li key={at} className="py-2 first:pt-0 last:pb-0">
            <OneProblem problem={problem} />
          </li>
        ))}
      </ul>
      {shown.length < problems.length && (
        <Button size="sm" onClick={() => setAll(true)}>
          Show {counted(problems.length - shown.length, "more problem")}
        </Button>
      )}
      {count > problems.length && (
        <p className="mt-2 text-sm text-muted">
          The first {amount(problems.length)} of {counted(count, "problem")}; the SBOM in Plimsoll's own form
          has all of them.
        </p>
      )}
    </Card>
  );
}

function OneProblem({
  problem: { code, effect, message, path, layerIndex },
}: {
  problem: Problem;
}): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Tag tone={effect === "incomplete" ? "warn" : "plain"}>
          {effect === "incomplete" ? "May hide packages" : "Notice"}
        </Tag>
        <PlainText text={message} charsMax={500} />
      </p>
      <p className="mt-0.5 flex flex-wrap gap-x-4 text-sm text-muted">
        <code className="font-mono">{code}</code>
        {path !== null && <PlainText text={path} mono charsMax={500} />}
        {layerIndex !== null && (
          <TextLink
            to="/o/$org/images/$imageId"
            params={{ org, imageId }}
            search={{ tab: "layers", layer: String(layerIndex) }}
          >
            Layer {layerIndex + 1}
          </TextLink>
        )}
      </p>
    </>
  );
}

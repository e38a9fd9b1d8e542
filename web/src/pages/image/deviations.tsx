/** Why a policy is not met, one row a deviation. */
import { useParams } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { ImagePolicyResultView } from "../../../../src/api/rest/images.ts";
import { counted } from "../../display/amounts.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";

type Deviation = ImagePolicyResultView["deviations"][number];

const SHOWN_AT_FIRST = 10;

export function Deviations({ result }: { result: ImagePolicyResultView }): ReactElement | null {
  const [all, setAll] = useState(false);
  const { deviations } = result;
  if (deviations.length === 0) return null;
  const shown = all ? deviations : deviations.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <ul
        aria-label={`Deviations from ${printable(result.title, { charsMax: 100 })}`}
        className="mt-3 divide-y divide-line border-t border-line"
      >
        {shown.map((deviation, at) => (
          <li key={at} className="py-2 last:pb-0">
            <OneDeviation deviation={deviation} />
          </li>
        ))}
      </ul>
      {shown.length < deviations.length && (
        <Button size="sm" onClick={() => setAll(true)}>
          Show {counted(deviations.length - shown.length, "more deviation")}
        </Button>
      )}
    </>
  );
}

function OneDeviation({ deviation }: { deviation: Deviation }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  const here = { to: "/o/$org/images/$imageId", params: { org, imageId } } as const;
  const { purl, vulnerability, layerIndex, remediation } = deviation;
  return (
    <>
      <PlainText text={deviation.message} charsMax={500} />
      <p className="mt-0.5 flex flex-wrap gap-x-4 text-sm">
        {vulnerability !== null && (
          <TextLink {...here} search={{ tab: "vulnerabilities", q: vulnerability }}>
            <span className="sr-only">Finding </span>
            {printable(vulnerability, { charsMax: 100 })}
          </TextLink>
        )}
        {purl !== null && (
          <TextLink {...here} search={{ tab: "packages", purl }}>
            <span className="sr-only">Package </span>
            <PlainText text={purl} mono charsMax={200} />
          </TextLink>
        )}
        {layerIndex !== null && (
          <TextLink {...here} search={{ tab: "layers", layer: String(layerIndex) }}>
            Layer {layerIndex + 1}
          </TextLink>
        )}
      </p>
      {remediation !== null && (
        <p className="mt-0.5 text-sm text-muted">
          Fix: <PlainText text={remediation} charsMax={500} />
        </p>
      )}
    </>
  );
}

/** Each policy's result on the image, worst first, with its deviations; those lead to the package, the layer and the finding. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImagePolicyResultView, ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { StatusBadge, type PolicyStatus } from "../../parts/status-badge.tsx";
import { Deviations } from "./deviations.tsx";

export function PoliciesTab({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const results = useQuery({
    queryKey: orgKey(org, "images", image.id, "policies"),
    queryFn: ({ signal }) =>
      get<{ results: readonly ImagePolicyResultView[] }>(orgPath(org, "images", image.id, "policies"), {
        signal,
      }),
  });
  return (
    <QueryView query={results} what="the results">
      {({ results: rows }) =>
        rows.length === 0 ? (
          <EmptyState title="No policy applies to this image" icon="policy">
            Policies are enabled, and limited to repositories, on the page Policies.
          </EmptyState>
        ) : (
          <ul aria-label="Results of policies" className="space-y-3">
            {[...rows].sort(worstFirst).map((result) => (
              <li key={result.policyId} className="rounded-lg border border-line bg-surface p-4">
                <Result result={result} />
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

const order: readonly PolicyStatus[] = ["not_met", "no_data", "met"];

function worstFirst(a: ImagePolicyResultView, b: ImagePolicyResultView): number {
  return order.indexOf(a.status) - order.indexOf(b.status) || b.weight - a.weight;
}

function Result({ result }: { result: ImagePolicyResultView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold">
          <TextLink to="/o/$org/policies/$policyId" params={{ org, policyId: result.policyId }} search={{}}>
            <PlainText text={result.title} charsMax={200} />
          </TextLink>
        </h2>
        <StatusBadge status={result.status} reason={result.reason} />
      </div>
      <p className="mt-1 text-sm text-muted">
        {result.weight === 0
          ? "Not scored"
          : result.lost === 0
            ? `${result.weight} of ${result.weight} points`
            : `${result.weight - result.lost} of ${result.weight} points: ${result.lost} lost`}
        {result.status === "not_met" && `; a gate would ${gateWords[result.effect]}`}
      </p>
      <Deviations result={result} />
    </>
  );
}

const gateWords: Readonly<Record<ImagePolicyResultView["effect"], string>> = {
  block: "stop it",
  warn: "warn of it",
  report: "let it pass",
};

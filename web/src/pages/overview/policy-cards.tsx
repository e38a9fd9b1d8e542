/** A card a policy: how many of the images that count meet it. The ones with most images that do not come first. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { useOrg } from "../../app/use-org.ts";
import { ButtonLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { ComplianceBar } from "../policy/compliance-bar.tsx";
import { effectWords } from "../policy/words.ts";
import { metWords } from "./met-words.ts";

type Policy = OverviewView["policies"][number];

export interface PolicyCardsProps {
  readonly policies: readonly Policy[];
  /** Images that count. */
  readonly counted: number;
}

export function PolicyCards({ policies, counted }: PolicyCardsProps): ReactElement {
  const { org, may } = useOrg();
  return (
    <section aria-labelledby="overview-policies">
      <h2 id="overview-policies" className="mb-2 text-lg font-semibold">
        Policies
      </h2>
      {policies.length === 0 ? (
        <EmptyState
          title="No policy is enabled"
          icon="policy"
          action={
            may("manage-policies") ? (
              <ButtonLink to="/o/$org/policies/new" params={{ org }} search={{}} look="primary" icon="add">
                Add policy
              </ButtonLink>
            ) : undefined
          }
        >
          Without a policy every image has no verdict.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
          {policies
            .toSorted((left, right) => right.notMet - left.notMet || right.noData - left.noData)
            .map((policy) => (
              <li key={policy.id} className="flex">
                <CardLink to="/o/$org/policies/$policyId" params={{ org, policyId: policy.id }} search={{}}>
                  <PolicyCard policy={policy} counted={counted} />
                </CardLink>
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

function CardAnchor({ children, ...rest }: ComponentProps<"a">): ReactElement {
  return (
    <a
      {...rest}
      className="flex w-full flex-col justify-between gap-3 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong hover:bg-sunken"
    >
      {children}
    </a>
  );
}

const CardLink = createLink(CardAnchor);

function PolicyCard({ policy, counted }: { policy: Policy; counted: number }): ReactElement {
  const { met, notMet, noData, effect } = policy;
  const judged = met + notMet + noData;
  return (
    <>
      <span>
        <PlainText className="font-medium" text={policy.title} charsMax={200} />
        <span className="block text-sm text-muted">
          {effectWords[effect as keyof typeof effectWords] ?? effect}
        </span>
      </span>
      <span className="block space-y-2">
        {judged > 0 && (
          <span className="block">
            <span className="text-xl font-semibold tabular-nums">{metWords(policy)}</span>
            <span className="text-muted"> met</span>
          </span>
        )}
        <ComplianceBar met={met} notMet={notMet} noData={noData} waiting={Math.max(0, counted - judged)} />
      </span>
    </>
  );
}

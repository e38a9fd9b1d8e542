/** All policies of the organisation, and how many of the images that count meet each. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PolicyView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath, patch } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { ButtonLink, TextLink } from "../../parts/link.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { Switch } from "../../parts/switch.tsx";
import { Table } from "../../parts/table/table.tsx";
import type { Column } from "../../parts/table/column.ts";
import { notifyFailure } from "../../parts/toast.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { ComplianceBar } from "../policy/compliance-bar.tsx";
import { effectWords } from "../policy/words.ts";

interface PolicyList {
  readonly policies: readonly PolicyView[];
}

export function PoliciesPage(): ReactElement {
  const { org, may } = useOrg();
  const policies = useQuery({
    queryKey: orgKey(org, "policies"),
    queryFn: ({ signal }) => get<PolicyList>(orgPath(org, "policies"), { signal }),
  });
  const add = may("manage-policies") ? (
    <ButtonLink to="/o/$org/policies/new" params={{ org }} search={{}} look="primary" icon="add">
      Add policy
    </ButtonLink>
  ) : null;
  return (
    <>
      <PageHeader title="Policies" actions={add}>
        Each is judged on the images that count: the latest tag of every enabled repository, and what is
        deployed.
      </PageHeader>
      <QueryView query={policies} what="policies">
        {({ policies: rows }) => (
          <Table<PolicyView>
            label="Policies"
            id="policies"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            widthMin="56rem"
            empty={
              <EmptyState title="No policies yet" icon="policy" action={add}>
                Without a policy every image has no verdict.
              </EmptyState>
            }
          />
        )}
      </QueryView>
    </>
  );
}

const columns: readonly Column<PolicyView>[] = [
  {
    id: "title",
    header: "Policy",
    isHead: true,
    sortBy: ({ title }) => title,
    cell: (policy) => <PolicyName policy={policy} />,
  },
  {
    id: "compliance",
    header: "Compliance",
    width: "18rem",
    sortBy: ({ compliance: { met, notMet, noData } }) => met / Math.max(1, met + notMet + noData),
    cell: ({ compliance }) => <ComplianceBar {...compliance} />,
  },
  {
    id: "effect",
    header: "Effect",
    width: "7rem",
    sortBy: ({ effect }) => effect,
    cell: ({ effect }) => effectWords[effect],
  },
  {
    id: "weight",
    header: "Weight",
    width: "7rem",
    align: "end",
    sortBy: ({ weight }) => weight,
    cell: ({ weight }) => weight,
  },
  {
    id: "changed",
    header: "Changed",
    width: "9rem",
    sortBy: ({ changedAt }) => changedAt,
    cell: ({ changedAt }) => <TimeAgo time={changedAt} />,
  },
  {
    id: "enabled",
    header: "Enabled",
    width: "7rem",
    sortBy: ({ enabled }) => (enabled ? 0 : 1),
    cell: (policy) => <EnabledSwitch policy={policy} />,
  },
];

function PolicyName({ policy }: { policy: PolicyView }): ReactElement {
  const { org } = useOrg();
  return (
    <>
      <TextLink to="/o/$org/policies/$policyId" params={{ org, policyId: policy.id }} search={{}}>
        <PlainText text={policy.title} charsMax={200} />
      </TextLink>
      <span className="block text-sm text-muted">{policy.typeTitle}</span>
    </>
  );
}

function EnabledSwitch({ policy }: { policy: PolicyView }): ReactElement {
  const { org, may } = useOrg();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (enabled: boolean) => patch(orgPath(org, "policies", policy.id), { enabled }),
    onError: (error) => notifyFailure("The policy was not changed.", error),
    onSettled: () => client.invalidateQueries({ queryKey: orgKey(org, "policies") }),
  });
  return (
    <Switch
      label={`${policy.title} enabled`}
      hideLabel
      checked={change.isPending ? change.variables : policy.enabled}
      disabled={!may("manage-policies") || change.isPending}
      onChange={(enabled) => change.mutate(enabled)}
    />
  );
}

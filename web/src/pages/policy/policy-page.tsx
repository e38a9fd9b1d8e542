/** One policy: which images do not meet it and why, which could not be judged, its form, and its versions. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { PolicyView } from "../../../../src/api/rest/policies.ts";
import { del, get, orgPath, patch } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { Breadcrumbs } from "../../parts/breadcrumbs.tsx";
import { Button } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { Tag } from "../../parts/tag.tsx";
import { notify, notifyFailure } from "../../parts/toast.tsx";
import { ComplianceBar } from "./compliance-bar.tsx";
import { EditPolicy } from "./edit-policy.tsx";
import { PolicyResults } from "./policy-results.tsx";
import { PolicyVersions } from "./policy-versions.tsx";
import { effectWords } from "./words.ts";

const tabIds = ["violations", "unknown", "met", "edit", "versions"] as const;
type TabId = (typeof tabIds)[number];

export function PolicyPage(): ReactElement {
  const { org, policyId } = useParams({ from: "/o/$org/policies/$policyId" });
  const policy = useQuery({
    queryKey: orgKey(org, "policies", policyId),
    queryFn: ({ signal }) => get<PolicyView>(orgPath(org, "policies", policyId), { signal }),
  });
  return (
    <>
      {policy.data === undefined && <PageHeader title="Policy" />}
      <QueryView query={policy} what="the policy">
        {(answer) => <Loaded policy={answer} />}
      </QueryView>
    </>
  );
}

function Loaded({ policy }: { policy: PolicyView }): ReactElement {
  const { org, may } = useOrg();
  const asked = useSearchText("tab");
  const setSearch = useSetSearch();
  const tab = tabIds.find((id) => id === asked) ?? "violations";
  const { met, notMet, noData } = policy.compliance;
  return (
    <>
      <PageHeader
        title={policy.title}
        above={
          <Breadcrumbs>
            <TextLink to="/o/$org/policies" params={{ org }} search={{}}>
              Policies
            </TextLink>
            <PlainText text={policy.title} charsMax={80} />
          </Breadcrumbs>
        }
        beside={
          <>
            {!policy.enabled && <Tag tone="warn">Disabled</Tag>}
            <Tag>{effectWords[policy.effect]}</Tag>
          </>
        }
        actions={<Actions policy={policy} />}
      >
        {policy.typeTitle}
        {policy.description !== "" && (
          <PlainText className="mt-1 block" text={policy.description} lines charsMax={4000} />
        )}
      </PageHeader>
      <div className="mb-5 max-w-sm">
        <ComplianceBar {...policy.compliance} />
      </div>
      <Tabs<TabId>
        label="About this policy"
        value={tab}
        onChange={(id) => setSearch({ tab: id })}
        tabs={[
          { id: "violations", label: "Violations", count: notMet },
          { id: "unknown", label: "Compliance unknown", count: noData },
          { id: "met", label: "Met", count: met },
          ...(may("manage-policies") ? [{ id: "edit", label: "Edit" } as const] : []),
          { id: "versions", label: "Versions", count: policy.version },
        ]}
      >
        {tab === "edit" && <EditPolicy policy={policy} />}
        {tab === "versions" && <PolicyVersions policyId={policy.id} />}
        {tab === "violations" && <PolicyResults policyId={policy.id} status="not_met" />}
        {tab === "unknown" && <PolicyResults policyId={policy.id} status="no_data" />}
        {tab === "met" && <PolicyResults policyId={policy.id} status="met" />}
      </Tabs>
    </>
  );
}

function Actions({ policy }: { policy: PolicyView }): ReactElement {
  const { org, may } = useOrg();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const path = orgPath(org, "policies", policy.id);
  const toggle = useMutation({
    mutationFn: () => patch(path, { enabled: !policy.enabled }),
    onError: (error) => notifyFailure("The policy was not changed.", error),
    onSettled: () => client.invalidateQueries({ queryKey: orgKey(org, "policies") }),
  });
  const remove = async (): Promise<void> => {
    await del(path);
    notify("good", `Policy “${policy.title}” deleted.`);
    await navigate({ to: "/o/$org/policies", params: { org }, search: {} });
    await client.invalidateQueries({ queryKey: orgKey(org, "policies") });
  };
  return (
    <>
      {may("manage-policies") && (
        <Button busy={toggle.isPending} onClick={() => toggle.mutate()}>
          {policy.enabled ? "Disable" : "Enable"}
        </Button>
      )}
      {may("delete-policies") && (
        <Button look="danger" onClick={() => setAsking(true)}>
          Delete
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete this policy?"
        action="Delete policy"
        onConfirm={remove}
      >
        It is judged no more, and grades change. What it said of images until now stays in their history.
      </ConfirmDialog>
    </>
  );
}

/** The form of a policy that is there. Saving it makes a new version; one that somebody else made meanwhile is not overwritten. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PolicyTypeView, PolicyView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath, put } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSetSearch } from "../../app/use-search-text.ts";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState, NoPermission } from "../../parts/states.tsx";
import { notify } from "../../parts/toast.tsx";
import { draftOf, requestOf, type PolicyDraft } from "./policy-draft.ts";
import { PolicyForm } from "./policy-form.tsx";

export function EditPolicy({ policy }: { policy: PolicyView }): ReactElement {
  const { org, may } = useOrg();
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const types = useQuery({
    queryKey: orgKey(org, "policies", "types"),
    queryFn: ({ signal }) =>
      get<{ types: readonly PolicyTypeView[] }>(orgPath(org, "policy-types"), { signal }),
  });
  const save = useMutation({
    mutationFn: (draft: PolicyDraft) =>
      put<PolicyView>(orgPath(org, "policies", policy.id), { version: policy.version, ...requestOf(draft) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: orgKey(org, "policies") });
      notify("good", "Policy saved. The images are judged again.");
      setSearch({ tab: "violations" });
    },
  });
  if (!may("manage-policies"))
    return <NoPermission>People with the role security or owner edit policies.</NoPermission>;
  return (
    <QueryView query={types} what="the form">
      {({ types: all }) => {
        const type = all.find(({ id }) => id === policy.type);
        if (type === undefined)
          return <EmptyState title="This policy type is no longer known" icon="question" />;
        return (
          <PolicyForm
            key={policy.version}
            type={type}
            start={draftOf(policy)}
            busy={save.isPending}
            error={save.error}
            onSave={(draft) => save.mutate(draft)}
          />
        );
      }}
    </QueryView>
  );
}

/** Adding a policy: first its type, then its form. The type stands in the address, so the form can be linked to. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { PolicyTypeView, PolicyView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText } from "../../app/use-search-text.ts";
import { Breadcrumbs } from "../../parts/breadcrumbs.tsx";
import { ButtonLink, TextLink } from "../../parts/link.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState, NoPermission } from "../../parts/states.tsx";
import { notify } from "../../parts/toast.tsx";
import { newDraft, requestOf, type PolicyDraft } from "../policy/policy-draft.ts";
import { PolicyForm } from "../policy/policy-form.tsx";

interface PolicyTypeList {
  readonly types: readonly PolicyTypeView[];
}

export function PolicyNewPage(): ReactElement {
  const { org, may } = useOrg();
  const chosen = useSearchText("type");
  const types = useQuery({
    queryKey: orgKey(org, "policies", "types"),
    queryFn: ({ signal }) => get<PolicyTypeList>(orgPath(org, "policy-types"), { signal }),
  });
  const above = (
    <Breadcrumbs>
      <TextLink to="/o/$org/policies" params={{ org }}>
        Policies
      </TextLink>
      Add policy
    </Breadcrumbs>
  );
  if (!may("manage-policies"))
    return (
      <>
        <PageHeader title="Add policy" above={above} />
        <NoPermission>People with the role security or owner add policies.</NoPermission>
      </>
    );
  return (
    <>
      <PageHeader title="Add policy" above={above}>
        {chosen === "" ? "What should the policy judge?" : null}
      </PageHeader>
      <QueryView query={types} what="the types of policies">
        {({ types: all }) => {
          const type = all.find(({ id }) => id === chosen);
          if (type !== undefined) return <NewPolicy key={type.id} type={type} />;
          return chosen === "" ? <TypeList types={all} /> : <UnknownType />;
        }}
      </QueryView>
    </>
  );
}

function TypeList({ types }: { types: readonly PolicyTypeView[] }): ReactElement {
  const { org } = useOrg();
  return (
    <ul aria-label="Policy types" className="grid gap-3 md:grid-cols-2">
      {types.map((type) => (
        <li
          key={type.id}
          className="flex flex-col justify-between gap-3 rounded-lg border border-line bg-surface p-4"
        >
          <div>
            <h2 className="font-semibold">{type.title}</h2>
            <p className="mt-1 text-muted">{type.description}</p>
          </div>
          <div>
            <ButtonLink
              to="/o/$org/policies/new"
              params={{ org }}
              search={{ type: type.id }}
              aria-label={`Configure ${type.title}`}
            >
              Configure
            </ButtonLink>
          </div>
        </li>
      ))}
    </ul>
  );
}

function UnknownType(): ReactElement {
  const { org } = useOrg();
  return (
    <EmptyState
      title="There is no such policy type"
      icon="question"
      action={
        <ButtonLink to="/o/$org/policies/new" params={{ org }} search={{}}>
          Show all types
        </ButtonLink>
      }
    />
  );
}

function NewPolicy({ type }: { type: PolicyTypeView }): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: (draft: PolicyDraft) =>
      post<PolicyView>(orgPath(org, "policies"), { type: type.id, ...requestOf(draft) }),
    onSuccess: async (policy) => {
      await client.invalidateQueries({ queryKey: orgKey(org, "policies") });
      notify("good", `Policy “${policy.title}” saved. Its results come in as images are judged.`);
      await navigate({ to: "/o/$org/policies/$policyId", params: { org, policyId: policy.id } });
    },
  });
  return (
    <PolicyForm
      type={type}
      start={newDraft(type.title, type.defaults)}
      busy={save.isPending}
      error={save.error}
      onSave={(draft) => save.mutate(draft)}
    >
      <ButtonLink to="/o/$org/policies/new" params={{ org }} search={{}} look="quiet">
        Choose another type
      </ButtonLink>
    </PolicyForm>
  );
}

/** Members of the organisation and their roles, and invitations that were not redeemed yet. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { InvitationView, MemberView } from "../../../../src/api/rest/organisations.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Button } from "../../parts/button.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { NoPermission } from "../../parts/states.tsx";
import { AddMember } from "../members/add-member.tsx";
import { Invitations } from "../members/invitations.tsx";
import { MemberTable } from "../members/member-table.tsx";

export function MembersPage(): ReactElement {
  const { org, may } = useOrg();
  const [adding, setAdding] = useState(false);
  const mayManage = may("manage-members");
  const members = useQuery({
    queryKey: orgKey(org, "members", "list"),
    queryFn: ({ signal }) => get<{ members: readonly MemberView[] }>(orgPath(org, "members"), { signal }),
    enabled: mayManage,
  });
  const invitations = useQuery({
    queryKey: orgKey(org, "members", "invitations"),
    queryFn: ({ signal }) =>
      get<{ invitations: readonly InvitationView[] }>(orgPath(org, "invitations"), { signal }),
    enabled: mayManage,
  });
  if (!mayManage)
    return (
      <>
        <PageHeader title="Members" />
        <NoPermission>Owners of the organisation see and change who is in it. Ask one of them.</NoPermission>
      </>
    );
  return (
    <>
      <PageHeader
        title="Members"
        actions={
          <Button look="primary" icon="add" onClick={() => setAdding(true)}>
            Add member
          </Button>
        }
      >
        Who may see this organisation, and what each may do in it.
      </PageHeader>
      <div className="space-y-6">
        <QueryView query={members} what="members">
          {({ members: rows }) => <MemberTable members={rows} />}
        </QueryView>
        <QueryView query={invitations} what="invitations">
          {({ invitations: rows }) => <Invitations invitations={rows} />}
        </QueryView>
      </div>
      {adding && <AddMember onClose={() => setAdding(false)} />}
    </>
  );
}

/** Members in a table: a role to choose, and a way out. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement } from "react";
import type { MemberView } from "../../../../src/api/rest/organisations.ts";
import { del, orgPath, patch } from "../../api/client.ts";
import { orgKey, sessionKey } from "../../api/keys.ts";
import { useSignedIn, type Role } from "../../api/session.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Select } from "../../parts/select.tsx";
import { EmptyState } from "../../parts/states.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notify, notifyFailure } from "../../parts/toast.tsx";
import { isOnlyOwner, roleOptions } from "./role-words.ts";

/** What is asked about before it is done: a member removed, or the reader's own role given up. */
type Asked = { readonly member: MemberView; readonly role: Role | null };

export function MemberTable({ members }: { members: readonly MemberView[] }): ReactElement {
  const { account } = useSignedIn();
  const { change } = useMemberChange();
  const [asked, setAsked] = useState<Asked | null>(null);
  const columns = useMemo(() => columnsOf(members, account.id, setAsked), [members, account.id]);
  const isSelf = asked?.member.accountId === account.id;
  const name = asked === null ? "" : printable(asked.member.name, { charsMax: 100 });
  return (
    <>
      <Table<MemberView>
        label="Members"
        id="members"
        columns={columns}
        rows={members}
        rowKey={({ accountId }) => accountId}
        firstSort={{ column: "name", direction: "asc" }}
        widthMin="44rem"
        empty={<EmptyState title="No members" icon="user" />}
      />
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={
          asked?.role === null
            ? `Remove ${isSelf ? "yourself" : name}?`
            : `Give up your role as owner for ${asked?.role ?? ""}?`
        }
        action={asked?.role === null ? "Remove member" : "Change role"}
        onConfirm={async () => {
          if (asked !== null) await change(asked.member, asked.role);
        }}
      >
        {asked?.role === null
          ? `${isSelf ? "You" : "They"} see nothing of this organisation any more. The account stays, and so does what it did.`
          : "You cannot take it back yourself: another owner has to."}
      </ConfirmDialog>
    </>
  );
}

interface MemberChange {
  /** Another role, or null: none. */
  readonly change: (member: MemberView, role: Role | null) => Promise<void>;
}

function useMemberChange(): MemberChange {
  const { org } = useOrg();
  const { account } = useSignedIn();
  const client = useQueryClient();
  return {
    change: async (member, role) => {
      const path = orgPath(org, "members", member.accountId);
      if (role === null) await del(path);
      else await patch(path, { role });
      notify("good", role === null ? `${member.name} removed.` : `${member.name} is ${role} now.`);
      await client.invalidateQueries({ queryKey: orgKey(org, "members") });
      if (member.accountId === account.id) await client.invalidateQueries({ queryKey: sessionKey });
    },
  };
}

function columnsOf(
  members: readonly MemberView[],
  ownId: string,
  onAsk: (asked: Asked) => void,
): readonly Column<MemberView>[] {
  return [
    {
      id: "name",
      header: "Member",
      isHead: true,
      sortBy: ({ name }) => name,
      cell: ({ name, displayName, accountId }) => (
        <>
          <span className="inline-flex flex-wrap items-center gap-2">
            <PlainText text={name} charsMax={100} />
            {accountId === ownId && <Tag>you</Tag>}
          </span>
          {displayName !== name && (
            <PlainText className="block text-sm text-muted" text={displayName} charsMax={200} />
          )}
        </>
      ),
    },
    {
      id: "role",
      header: "Role",
      width: "13rem",
      sortBy: ({ role }) => roleOptions.findIndex(({ value }) => value === role),
      cell: (member) => (
        <RoleSelect
          member={member}
          isFixed={isOnlyOwner(member, members)}
          isSelf={member.accountId === ownId}
          onAsk={onAsk}
        />
      ),
    },
    {
      id: "since",
      header: "Member since",
      width: "10rem",
      sortBy: ({ since }) => since,
      cell: ({ since }) => <TimeAgo time={since} />,
    },
    {
      id: "remove",
      header: "Actions",
      width: "8rem",
      align: "end",
      cell: (member) =>
        isOnlyOwner(member, members) ? (
          <span className="text-sm text-muted">the only owner</span>
        ) : (
          <Button
            size="sm"
            aria-label={`Remove ${printable(member.name, { charsMax: 100 })}`}
            onClick={() => onAsk({ member, role: null })}
          >
            Remove
          </Button>
        ),
    },
  ];
}

interface RoleSelectProps {
  readonly member: MemberView;
  /** The only owner stays one. */
  readonly isFixed: boolean;
  readonly isSelf: boolean;
  readonly onAsk: (asked: Asked) => void;
}

function RoleSelect({ member, isFixed, isSelf, onAsk }: RoleSelectProps): ReactElement {
  const { change } = useMemberChange();
  const set = useMutation({
    mutationFn: (role: Role) => change(member, role),
    onError: (error) => notifyFailure("The role was not changed.", error),
  });
  return (
    <Select<Role>
      label={`Role of ${printable(member.name, { charsMax: 100 })}`}
      hideLabel
      value={set.isPending ? set.variables : member.role}
      disabled={isFixed || set.isPending}
      onChange={(role) => (isSelf ? onAsk({ member, role }) : set.mutate(role))}
      options={roleOptions}
    />
  );
}

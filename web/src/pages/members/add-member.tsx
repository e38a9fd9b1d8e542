/** Adds an account that is there, or makes a link with which somebody makes one. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { NewMemberView } from "../../../../src/api/rest/organisations.ts";
import { orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { toProblem } from "../../api/problem.ts";
import type { Role } from "../../api/session.ts";
import { useOrg } from "../../app/use-org.ts";
import { exactTime } from "../../display/when.ts";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";
import { roleOptions, roleWords } from "./role-words.ts";

export function AddMember({ onClose }: { onClose: () => void }): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("developer");
  const [tried, setTried] = useState(false);
  const wanted = name.trim().toLowerCase();
  const add = useMutation({
    mutationFn: () => post<NewMemberView>(orgPath(org, "members"), { name: wanted, role }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: orgKey(org, "members") });
      if (made.link !== null) return;
      notify("good", `${made.member?.name ?? wanted} is a member now.`);
      onClose();
    },
  });
  const problem = add.error === null ? null : toProblem(add.error);
  const send = (): void => {
    setTried(true);
    if (wanted !== "") add.mutate();
  };
  const link = add.data?.link ?? null;
  return (
    <FormDialog
      onClose={onClose}
      title={link === null ? "Add a member" : `Invitation for ${wanted}`}
      {...(link === null ? { description } : {})}
      action="Add member"
      busy={add.isPending}
      error={problem}
      failed="Nobody was added"
      onSend={send}
      result={
        link === null ? null : (
          <InvitationLink name={wanted} link={link} until={add.data?.expiresAt ?? null} />
        )
      }
    >
      <TextField
        label="Name"
        required
        hint="Of the account: lower case letters, digits and . _ @ -"
        value={name}
        onChange={setName}
        lengthMax={100}
        error={tried && wanted === "" ? "A name is needed." : (problem?.fields["name"] ?? null)}
      />
      <Select<Role>
        label="Role"
        hint={roleWords[role]}
        value={role}
        onChange={setRole}
        options={roleOptions}
      />
    </FormDialog>
  );
}

const description =
  "Somebody who has an account is added at once. For anybody else you get a link to make one with.";

interface InvitationLinkProps {
  readonly name: string;
  /** Path with the token, `/redeem#…`. */
  readonly link: string;
  readonly until: string | null;
}

function InvitationLink({ name, link, until }: InvitationLinkProps): ReactElement {
  return (
    <SecretOnce noun="link" title="Invitation link" secret={`${window.location.origin}${link}`}>
      Send it to {name} in a way that nobody else can read. It works once
      {until === null ? "" : `, until ${exactTime(until)}`}.
    </SecretOnce>
  );
}

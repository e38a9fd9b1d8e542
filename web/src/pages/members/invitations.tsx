/** Invitations that wait to be redeemed. Their links are not known any more; a new one for the same name takes their place. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { InvitationView } from "../../../../src/api/rest/organisations.ts";
import { del, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notify } from "../../parts/toast.tsx";

export function Invitations({
  invitations,
}: {
  invitations: readonly InvitationView[];
}): ReactElement | null {
  const { org } = useOrg();
  const client = useQueryClient();
  const [ending, setEnding] = useState<InvitationView | null>(null);
  if (invitations.length === 0) return null;
  const withdraw = async (invitation: InvitationView): Promise<void> => {
    await del(orgPath(org, "invitations", invitation.id));
    notify("good", `The invitation for ${invitation.accountName} is withdrawn.`);
    await client.invalidateQueries({ queryKey: orgKey(org, "members") });
  };
  return (
    <Card title="Invitations not used yet" flush>
      <ul className="divide-y divide-line">
        {invitations.map((invitation) => (
          <li
            key={invitation.id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5"
          >
            <span>
              <PlainText text={invitation.accountName} charsMax={100} />{" "}
              <span className="text-muted">
                as {invitation.role}, expires <TimeAgo time={invitation.expiresAt} />
              </span>
            </span>
            <Button
              size="sm"
              aria-label={`Withdraw the invitation for ${printable(invitation.accountName, { charsMax: 100 })}`}
              onClick={() => setEnding(invitation)}
            >
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={`Withdraw the invitation for ${ending === null ? "" : printable(ending.accountName, { charsMax: 100 })}?`}
        action="Withdraw invitation"
        onConfirm={async () => {
          if (ending !== null) await withdraw(ending);
        }}
      >
        Its link stops working.
      </ConfirmDialog>
    </Card>
  );
}

/** Webhooks: other systems that are told of events. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { WebhookView } from "../../../../src/api/rest/events.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Button } from "../../parts/button.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState, NoPermission } from "../../parts/states.tsx";
import { WebhookForm } from "../webhooks/webhook-form.tsx";
import { WebhookList } from "../webhooks/webhook-list.tsx";

/** A delivery that is under way is looked at again after this time: no event says that it came to something. */
const UNDER_WAY_MS = 2_000;

export function WebhooksPage(): ReactElement {
  const { org, may } = useOrg();
  const [editing, setEditing] = useState<WebhookView | "new" | null>(null);
  const mayManage = may("manage-webhooks");
  const webhooks = useQuery({
    queryKey: orgKey(org, "webhooks"),
    queryFn: ({ signal }) => get<{ webhooks: readonly WebhookView[] }>(orgPath(org, "webhooks"), { signal }),
    enabled: mayManage,
    refetchInterval: ({ state }) =>
      state.data?.webhooks.some(({ lastDelivery }) => lastDelivery?.state === "waiting") === true
        ? UNDER_WAY_MS
        : false,
  });
  if (!mayManage)
    return (
      <>
        <PageHeader title="Webhooks" />
        <NoPermission>People with the role editor, security or owner see and change webhooks.</NoPermission>
      </>
    );
  const add = (
    <Button look="primary" icon="add" onClick={() => setEditing("new")}>
      Add webhook
    </Button>
  );
  return (
    <>
      <PageHeader title="Webhooks" actions={add}>
        Other systems that are told what happens here, each message signed.
      </PageHeader>
      <QueryView query={webhooks} what="webhooks">
        {({ webhooks: rows }) =>
          rows.length === 0 ? (
            <EmptyState title="No webhooks yet" icon="events" action={add}>
              A chat, a ticket system or a script of your own can be told of a changed verdict.
            </EmptyState>
          ) : (
            <WebhookList webhooks={rows} onEdit={setEditing} />
          )
        }
      </QueryView>
      {editing !== null && (
        <WebhookForm webhook={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}

/** The webhooks, each with what came of its last delivery. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { WebhookView } from "../../../../src/api/rest/events.ts";
import { del, orgPath, post, put } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { counted } from "../../display/amounts.ts";
import { kindWords } from "../../display/event-words.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Switch } from "../../parts/switch.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notify, notifyFailure } from "../../parts/toast.tsx";

export interface WebhookListProps {
  readonly webhooks: readonly WebhookView[];
  readonly onEdit: (webhook: WebhookView) => void;
}

export function WebhookList({ webhooks, onEdit }: WebhookListProps): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [ending, setEnding] = useState<WebhookView | null>(null);
  const remove = async (webhook: WebhookView): Promise<void> => {
    await del(orgPath(org, "webhooks", webhook.id));
    notify("good", `Webhook “${webhook.name}” deleted.`);
    await client.invalidateQueries({ queryKey: orgKey(org, "webhooks") });
  };
  return (
    <>
      <ul aria-label="Webhooks" className="space-y-3">
        {webhooks.map((webhook) => (
          <li key={webhook.id} className="rounded-lg border border-line bg-surface p-4">
            <OneWebhook
              webhook={webhook}
              onEdit={() => onEdit(webhook)}
              onDelete={() => setEnding(webhook)}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={`Delete the webhook “${ending === null ? "" : printable(ending.name, { charsMax: 100 })}”?`}
        action="Delete webhook"
        onConfirm={async () => {
          if (ending !== null) await remove(ending);
        }}
      >
        Nothing more is sent to it, and its secret is forgotten.
      </ConfirmDialog>
    </>
  );
}

interface OneWebhookProps {
  readonly webhook: WebhookView;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

function OneWebhook({ webhook, onEdit, onDelete }: OneWebhookProps): ReactElement {
  const { test, enable } = useChanges(webhook);
  const name = printable(webhook.name, { charsMax: 100 });
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-semibold">
          <PlainText text={webhook.name} charsMax={100} />
        </h2>
        <div className="flex flex-wrap items-center gap-2">
          <Switch
            label={`${name} enabled`}
            hideLabel
            checked={enable.isPending ? enable.variables : webhook.enabled}
            disabled={enable.isPending}
            onChange={(enabled) => enable.mutate(enabled)}
          />
          <Button
            size="sm"
            aria-label={`Send a test to ${name}`}
            busy={test.isPending}
            disabled={!webhook.enabled}
            onClick={() => test.mutate()}
          >
            Send a test
          </Button>
          <Button size="sm" aria-label={`Edit ${name}`} onClick={onEdit}>
            Edit
          </Button>
          <Button size="sm" aria-label={`Delete ${name}`} onClick={onDelete}>
            Delete
          </Button>
        </div>
      </div>
      <p className="mt-1">
        <PlainText text={webhook.url} mono charsMax={2000} />
      </p>
      <p
        className="mt-1 text-sm text-muted"
        title={webhook.events.map((kind) => kindWords[kind] ?? kind).join(", ")}
      >
        {webhook.events.length === 0
          ? "Told of what members are told of"
          : `Told of ${counted(webhook.events.length, "kind")} of events`}
        {webhook.enabled ? "" : "; switched off"}
      </p>
      <LastDelivery webhook={webhook} />
    </>
  );
}

function useChanges(webhook: WebhookView) {
  const { org } = useOrg();
  const client = useQueryClient();
  const path = orgPath(org, "webhooks", webhook.id);
  const onSettled = () => client.invalidateQueries({ queryKey: orgKey(org, "webhooks") });
  const test = useMutation({
    mutationFn: () => post(`${path}/test`),
    onSuccess: () => notify("good", "A test is on its way. What came of it appears here."),
    onError: (error) => notifyFailure("No test was sent.", error),
    onSettled,
  });
  const { name, url, events } = webhook;
  const enable = useMutation({
    mutationFn: (enabled: boolean) => put(path, { name, url, events, enabled }),
    onError: (error) => notifyFailure("The webhook was not changed.", error),
    onSettled,
  });
  return { test, enable };
}

const states = {
  waiting: { tone: "warn", words: "Waiting" },
  delivered: { tone: "good", words: "Delivered" },
  failed: { tone: "bad", words: "Failed" },
} as const;

function LastDelivery({ webhook: { lastDelivery } }: { webhook: WebhookView }): ReactElement {
  if (lastDelivery === null) return <p className="mt-2 text-sm text-muted">Nothing was sent yet.</p>;
  const { state, attempts, at, failure } = lastDelivery;
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className="text-muted">Last delivery</span>
      <Tag tone={states[state].tone}>{states[state].words}</Tag>
      <TimeAgo time={at} />
      {attempts > 1 && <span className="text-muted">{attempts} attempts</span>}
      {failure !== null && <PlainText className="text-not-met" text={failure} charsMax={500} />}
    </p>
  );
}

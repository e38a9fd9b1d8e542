/** The form of a webhook, new or there already. A new one tells its secret once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { NewWebhookView, WebhookView } from "../../../../src/api/rest/events.ts";
import { orgPath, post, put } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { toProblem } from "../../api/problem.ts";
import { useOrg } from "../../app/use-org.ts";
import { kindWords } from "../../display/event-words.ts";
import { ChoiceList } from "../../parts/choice-list.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";

export interface WebhookFormProps {
  /** Null: a new one. */
  readonly webhook: WebhookView | null;
  readonly onClose: () => void;
}

export function WebhookForm({ webhook, onClose }: WebhookFormProps): ReactElement {
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? []);
  const [tried, setTried] = useState(false);
  const save = useSave(webhook, onClose);
  const problem = save.error === null ? null : toProblem(save.error);
  const own = checkWebhook(name, url);
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...(tried ? own : {}) };
  const secret = save.data?.secret;
  return (
    <FormDialog
      onClose={onClose}
      title={titleOf(webhook, secret === undefined ? null : name)}
      description="Each event is sent as a signed POST of JSON, and tried again when it does not arrive."
      action={webhook === null ? "Add webhook" : "Save"}
      busy={save.isPending}
      error={problem}
      failed="The webhook was not saved"
      onSend={() => {
        setTried(true);
        if (Object.keys(own).length === 0) save.mutate({ name: name.trim(), url: url.trim(), events });
      }}
      result={secret === undefined ? null : <WebhookSecret secret={secret} />}
    >
      <TextField
        label="Name"
        required
        value={name}
        onChange={setName}
        lengthMax={100}
        error={errors["name"] ?? null}
      />
      <TextField
        label="Address"
        type="url"
        required
        mono
        placeholder="https://example.com/plimsoll"
        hint="Redirects are not followed. People with the role editor, security or owner see it."
        value={url}
        onChange={setUrl}
        lengthMax={2000}
        error={errors["url"] ?? null}
      />
      <ChoiceList
        label="Events"
        hint="None: what members are told of, which is changed verdicts, failed analyses, and requests and decisions on exceptions."
        options={Object.entries(kindWords)
          .filter(([kind]) => kind !== "webhook.tested")
          .map(([value, label]) => ({ value, label }))}
        chosen={events}
        onChange={setEvents}
      />
    </FormDialog>
  );
}

interface Sent {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
}

function useSave(webhook: WebhookView | null, onClose: () => void) {
  const { org } = useOrg();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sent: Sent): Promise<Partial<NewWebhookView>> =>
      webhook === null
        ? post(orgPath(org, "webhooks"), sent)
        : put(orgPath(org, "webhooks", webhook.id), { ...sent, enabled: webhook.enabled }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: orgKey(org, "webhooks") });
      if (webhook === null) return;
      notify("good", "Webhook saved.");
      onClose();
    },
  });
}

function checkWebhook(name: string, url: string): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  if (name.trim() === "") errors["name"] = "A webhook needs a name.";
  if (!/^https?:\/\/\S+$/i.test(url.trim()))
    errors["url"] = "Write an address that starts with https:// or http://";
  return errors;
}

function titleOf(webhook: WebhookView | null, made: string | null): string {
  if (made !== null) return `Webhook “${made}”`;
  return webhook === null ? "Add a webhook" : "Edit the webhook";
}

function WebhookSecret({ secret }: { secret: string }): ReactElement {
  return (
    <SecretOnce noun="secret" title="Secret" secret={secret}>
      With it the receiver checks that a message came from this server: each is signed as Standard Webhooks
      describes.
    </SecretOnce>
  );
}

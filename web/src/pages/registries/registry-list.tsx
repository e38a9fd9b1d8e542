/** The connected registries: whether their notifications come, and what went wrong. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RegistryView } from "../../../../src/api/rest/registries.ts";
import { del, orgPath } from "../../api/client.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notify } from "../../parts/toast.tsx";

const states = {
  pending: { tone: "warn", words: "Waiting for its first notification" },
  connected: { tone: "good", words: "Connected" },
  error: { tone: "bad", words: "Error" },
} as const;

export interface RegistryListProps {
  readonly registries: readonly RegistryView[];
  readonly onSettings: (registry: RegistryView) => void;
}

export function RegistryList({ registries, onSettings }: RegistryListProps): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<RegistryView | null>(null);
  const disconnect = async (registry: RegistryView): Promise<void> => {
    await del(orgPath(org, "registries", registry.id));
    notify("good", `${registry.host} is disconnected.`);
    await client.invalidateQueries({ queryKey: ["org", org] });
  };
  return (
    <>
      <ul aria-label="Registries" className="space-y-3">
        {registries.map((registry) => (
          <li key={registry.id} className="rounded-lg border border-line bg-surface p-4">
            <OneRegistry
              registry={registry}
              onSettings={() => onSettings(registry)}
              onDisconnect={() => setLeaving(registry)}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Disconnect ${leaving === null ? "" : printable(leaving.host, { charsMax: 100 })}?`}
        action="Disconnect registry"
        onConfirm={async () => {
          if (leaving !== null) await disconnect(leaving);
        }}
      >
        It is forgotten with its repositories, their tags and pushes, and the account it was read with. What
        is known of their images stays.
      </ConfirmDialog>
    </>
  );
}

interface OneRegistryProps {
  readonly registry: RegistryView;
  readonly onSettings: () => void;
  readonly onDisconnect: () => void;
}

function OneRegistry({ registry, onSettings, onDisconnect }: OneRegistryProps): ReactElement {
  const { may } = useOrg();
  const { state, failure, insecure, username, hasPassword, notifiedAt } = registry;
  const host = printable(registry.host, { charsMax: 100 });
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-semibold">
            <PlainText text={registry.host} charsMax={300} />
          </h2>
          <Tag tone={states[state].tone}>{states[state].words}</Tag>
          {insecure && <Tag tone="warn">Without TLS</Tag>}
        </div>
        {may("manage-repositories") && (
          <div className="flex flex-wrap gap-2">
            <Button size="sm" aria-label={`Notification settings of ${host}`} onClick={onSettings}>
              Notification settings
            </Button>
            <Button size="sm" aria-label={`Disconnect ${host}`} onClick={onDisconnect}>
              Disconnect
            </Button>
          </div>
        )}
      </div>
      {failure !== null && (
        <p className="mb-3 text-not-met">
          <PlainText text={failure} charsMax={1000} />
        </p>
      )}
      <Facts
        facts={[
          { name: "Last notification", value: <TimeAgo time={notifiedAt} /> },
          {
            name: "Read as",
            value:
              username === null ? (
                "anybody, without signing in"
              ) : (
                <>
                  <PlainText text={username} charsMax={255} />
                  {hasPassword ? "" : " (no password)"}
                </>
              ),
          },
        ]}
      />
    </>
  );
}

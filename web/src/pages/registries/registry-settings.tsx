/**
 * What the registry must be told so that its pushes are seen. For who may make tokens, one is made for it and stands in the settings,
 * this one time; anybody else sees where it goes and who can help.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type ReactElement } from "react";
import type { RegistryView } from "../../../../src/api/rest/registries.ts";
import type { NewTokenView } from "../../../../src/api/rest/session.ts";
import { orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { FailedState } from "../../parts/states.tsx";
import { distributionSettings, TOKEN_TO_COME } from "./notification-settings.ts";

export interface RegistrySettingsProps {
  readonly registry: RegistryView;
  readonly onClose: () => void;
}

/** The settings of a registry that was connected before. */
export function RegistrySettings({ registry, onClose }: RegistrySettingsProps): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Let ${printable(registry.host, { charsMax: 100 })} tell of pushes`}
      description={settingsDescription}
      footer={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <SettingsLines registry={registry} isNew={false} />
    </Dialog>
  );
}

export const settingsDescription =
  "Add these lines to config.yml of the registry and restart it. Its first notification turns its state to connected.";

export interface SettingsLinesProps {
  readonly registry: RegistryView;
  /** It was connected a moment ago: the token is made without a press. */
  readonly isNew: boolean;
}

export function SettingsLines({ registry, isNew }: SettingsLinesProps): ReactElement {
  const { org, may } = useOrg();
  const mayMake = may("manage-members");
  const make = useNewToken(registry);
  const made = make.data;
  const started = useRef(false);
  const { mutate } = make;
  useEffect(() => {
    // Once, however often this is drawn.
    if (!isNew || !mayMake || started.current) return;
    started.current = true;
    mutate();
  }, [isNew, mayMake, mutate]);
  const settings = distributionSettings({
    org,
    url: `${window.location.origin}${registry.notificationPath}`,
    token: made?.token ?? TOKEN_TO_COME,
  });
  if (made !== undefined)
    return (
      <SecretOnce noun="settings" title="config.yml" secret={settings} plural>
        They hold a token of their own that may tell of pushes and ask for analyses, and does not expire. It
        is in Settings, Tokens as “{made.name}”; revoke it there. The registry must reach the server at this
        address.
      </SecretOnce>
    );
  return (
    <div className="space-y-4">
      {make.error !== null && (
        <FailedState error={make.error} title="No token was made" onRetry={() => make.mutate()} />
      )}
      <CodeBlock title="config.yml" noun="settings" text={settings} />
      {mayMake ? (
        <MakeToken busy={make.isPending} isNew={isNew} onMake={() => make.mutate()} />
      ) : (
        <p>
          In the place of <code className="font-mono">{TOKEN_TO_COME}</code> goes a service token with the
          scope analyse. An owner of the organisation makes one in Settings, Tokens.
        </p>
      )}
    </div>
  );
}

function useNewToken(registry: RegistryView) {
  const { org } = useOrg();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      post<NewTokenView>(orgPath(org, "tokens"), {
        name: `notifications of ${registry.host}`.slice(0, TOKEN_NAME_CHARS_MAX),
        scopes: ["analyse"],
        expiresInDays: null,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org, "tokens") }),
  });
}

const TOKEN_NAME_CHARS_MAX = 100;

interface MakeTokenProps {
  readonly busy: boolean;
  readonly isNew: boolean;
  readonly onMake: () => void;
}

function MakeToken({ busy, isNew, onMake }: MakeTokenProps): ReactElement {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-56 flex-1">
        {isNew ? "A token is being made for it." : "Tokens that it was given before stay valid."}
      </p>
      <Button icon="key" busy={busy} onClick={onMake}>
        Make a token
      </Button>
    </div>
  );
}

/** Connects a registry: where it is, and the account with which workers read images. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RegistryView } from "../../../../src/api/rest/registries.ts";
import { orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { toProblem } from "../../api/problem.ts";
import { useOrg } from "../../app/use-org.ts";
import { Checkbox } from "../../parts/checkbox.tsx";
import { printable } from "../../display/printable.ts";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { readHost } from "./registry-host.ts";
import { SettingsLines, settingsDescription } from "./registry-settings.tsx";

interface Draft {
  readonly written: string;
  readonly insecure: boolean;
  readonly username: string;
  readonly password: string;
}

export function ConnectRegistry({ onClose }: { onClose: () => void }): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ written: "", insecure: false, username: "", password: "" });
  const [tried, setTried] = useState(false);
  const { host } = readHost(draft.written);
  const connect = useMutation({
    mutationFn: () =>
      post<RegistryView>(orgPath(org, "registries"), {
        host,
        insecure: draft.insecure,
        username: draft.username === "" ? null : draft.username,
        password: draft.password === "" ? null : draft.password,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: orgKey(org, "registries") }),
  });
  const made = connect.data;
  const problem = connect.error === null ? null : toProblem(connect.error);
  const own: Readonly<Record<string, string>> = tried ? checkDraft(draft) : {};
  const send = (): void => {
    setTried(true);
    if (Object.keys(checkDraft(draft)).length === 0) connect.mutate();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={
        made === undefined
          ? "Connect a registry"
          : `Connected: let ${printable(made.host, { charsMax: 100 })} tell of pushes`
      }
      description={
        made === undefined
          ? "Any registry that speaks the distribution API. Next you get the settings with which it tells of pushes."
          : settingsDescription
      }
      action="Connect"
      busy={connect.isPending}
      error={problem}
      failed="The registry was not connected"
      onSend={send}
      result={made === undefined ? null : <SettingsLines registry={made} isNew />}
    >
      <Fields
        draft={draft}
        errors={{ ...problem?.fields, ...own }}
        onChange={(part) => setDraft({ ...draft, ...part })}
      />
    </FormDialog>
  );
}

function checkDraft({ written, username, password }: Draft): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  if (readHost(written).host === "") errors["host"] = "Write the host of the registry.";
  if (username === "" && password !== "") errors["username"] = "Write the account that the password is for.";
  if (username !== "" && password === "") errors["password"] = "An account needs its password.";
  return errors;
}

interface FieldsProps {
  readonly draft: Draft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (part: Partial<Draft>) => void;
}

function Fields({ draft, errors, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Host"
        required
        mono
        hint="As in references: host, or host:port."
        placeholder="registry.example.com"
        value={draft.written}
        onChange={(written) => onChange({ written, insecure: readHost(written).insecure ?? draft.insecure })}
        lengthMax={300}
        error={errors["host"] ?? null}
      />
      <Checkbox
        label="Without TLS"
        hint="Only for a registry on your own machine or network."
        checked={draft.insecure}
        onChange={(insecure) => onChange({ insecure })}
      />
      <TextField
        label="Account"
        hint="With which workers read images. Leave it out for a registry that anybody may read."
        value={draft.username}
        onChange={(username) => onChange({ username })}
        lengthMax={255}
        error={errors["username"] ?? null}
      />
      <TextField
        label="Password"
        type="password"
        hint="Or a token of that account. It is kept sealed and never shown again."
        value={draft.password}
        onChange={(password) => onChange({ password })}
        autoComplete="new-password"
        lengthMax={10_000}
        error={errors["password"] ?? null}
      />
    </>
  );
}

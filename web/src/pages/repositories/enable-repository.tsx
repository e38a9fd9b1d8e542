/** Enables a repository by its name; it need not hold anything yet. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RepositoryView } from "../../../../src/api/rest/registries.ts";
import { orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { toProblem } from "../../api/problem.ts";
import { useOrg } from "../../app/use-org.ts";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";
import { readRepository } from "./repository-name.ts";

export interface EnableRepositoryProps {
  /** Registries that are connected. */
  readonly hosts: readonly string[];
  readonly onClose: () => void;
}

export function EnableRepository({ hosts, onClose }: EnableRepositoryProps): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [chosen, setChosen] = useState("");
  const [written, setWritten] = useState("");
  const [tried, setTried] = useState(false);
  const { registry, name } = readRepository(written, hosts);
  // Registries may come after the dialog was opened.
  const host = hosts.includes(chosen) ? chosen : (hosts[0] ?? "");
  const enable = useMutation({
    mutationFn: () =>
      post<RepositoryView>(orgPath(org, "repositories"), {
        registry: registry ?? (host === "" ? null : host),
        name,
      }),
    onSuccess: async (made) => {
      notify("good", `${made.fullName} is enabled. What is pushed to it from now on is analysed.`);
      await client.invalidateQueries({ queryKey: orgKey(org, "repositories") });
      onClose();
    },
  });
  const problem = enable.error === null ? null : toProblem(enable.error);
  const send = (): void => {
    setTried(true);
    if (name !== "") enable.mutate();
  };
  return (
    <FormDialog
      onClose={onClose}
      title="Enable a repository"
      description="It need not hold anything yet: what is pushed from now on is analysed."
      action="Enable"
      busy={enable.isPending}
      error={problem}
      failed="The repository was not enabled"
      onSend={send}
    >
      {hosts.length > 1 && (
        <Select
          label="Registry"
          value={registry ?? host}
          onChange={setChosen}
          options={hosts.map((each) => ({ value: each, label: each }))}
        />
      )}
      <TextField
        label="Repository"
        required
        mono
        hint={
          <>
            As in a reference, such as <code className="font-mono">{org}/my-app</code>
          </>
        }
        value={written}
        onChange={setWritten}
        lengthMax={500}
        error={tried && name === "" ? "Write the name of a repository." : (problem?.fields["name"] ?? null)}
      />
    </FormDialog>
  );
}

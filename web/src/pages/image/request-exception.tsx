/** Asking for an exception on one finding: a false positive with its justification, or a risk accepted until a date. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { ImageFindingView, ImageView } from "../../../../src/api/rest/images.ts";
import { orgPath, post } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { dateOf } from "../../display/when.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Select } from "../../parts/select.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";
import {
  checkDraft,
  exceptionRequestOf,
  type ExceptionDraft,
  type Justification,
  type Kind,
  type Where,
} from "./exception-draft.ts";

const start: ExceptionDraft = {
  kind: "false_positive",
  justification: "",
  reason: "",
  expires: "",
  where: "repository",
};

interface RequestExceptionProps {
  readonly finding: ImageFindingView;
  readonly image: ImageView;
  readonly onClose: () => void;
}

export function RequestException({ finding, image, onClose }: RequestExceptionProps): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const repository = image.places[0]?.repository ?? null;
  const [draft, setDraft] = useState<ExceptionDraft>(
    repository === null ? { ...start, where: "image" } : start,
  );
  const [tried, setTried] = useState(false);
  const ask = useMutation({
    mutationFn: () =>
      post(
        orgPath(org, "exceptions"),
        exceptionRequestOf(draft, {
          vulnerability: finding.vulnerability,
          purl: finding.purl,
          digest: image.digest,
          repository,
        }),
      ),
    onSuccess: async () => {
      notify(
        "good",
        "The exception was requested. Another person with the role security or owner decides on it.",
      );
      await client.invalidateQueries({ queryKey: orgKey(org, "exceptions") });
      onClose();
    },
  });
  const errors = checkDraft(draft, dateOf(new Date().toISOString()));
  const send = (): void => {
    setTried(true);
    if (Object.keys(errors).length === 0) ask.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Request an exception for ${printable(finding.vulnerability, { charsMax: 100 })}`}
      description={`In ${printable(finding.packageName, { charsMax: 200 })}. Until somebody else approves it, nothing changes.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={ask.isPending} onClick={send}>
            Request
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {ask.error !== null && <FailedState error={ask.error} title="The exception was not requested" />}
        <Fields
          draft={draft}
          errors={tried ? errors : {}}
          repository={repository}
          onChange={(part) => setDraft({ ...draft, ...part })}
        />
      </div>
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: ExceptionDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly repository: string | null;
  readonly onChange: (part: Partial<ExceptionDraft>) => void;
}

function Fields({ draft, errors, repository, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <Select<Kind>
        label="Kind"
        value={draft.kind}
        onChange={(kind) => onChange({ kind })}
        options={[
          { value: "false_positive", label: "False positive: it does not apply" },
          { value: "accepted_risk", label: "Accepted risk: it applies, and we live with it until a date" },
        ]}
      />
      {draft.kind === "false_positive" && (
        <Select<Justification | "">
          label="Justification"
          required
          value={draft.justification}
          onChange={(justification) => onChange({ justification })}
          options={justifications}
          error={errors["justification"] ?? null}
        />
      )}
      <TextField
        label="Reason"
        required
        lines={3}
        value={draft.reason}
        onChange={(reason) => onChange({ reason })}
        lengthMax={4000}
        error={errors["reason"] ?? null}
      />
      <TextField
        label="Expires"
        type="date"
        required={draft.kind === "accepted_risk"}
        hint="At the end of this day, UTC."
        value={draft.expires}
        onChange={(expires) => onChange({ expires })}
        error={errors["expires"] ?? null}
      />
      <Select<Where>
        label="Where it holds"
        value={draft.where}
        onChange={(where) => onChange({ where })}
        options={[
          ...(repository === null
            ? []
            : [{ value: "repository" as const, label: `In ${printable(repository, { charsMax: 100 })}` }]),
          { value: "image", label: "In this image only" },
          { value: "everywhere", label: "In all images of the organisation" },
        ]}
      />
    </>
  );
}

const justifications: readonly { readonly value: Justification | ""; readonly label: string }[] = [
  { value: "", label: "Choose one" },
  { value: "component_not_present", label: "The component is not present" },
  { value: "vulnerable_code_not_present", label: "The vulnerable code is not present" },
  { value: "vulnerable_code_not_in_execute_path", label: "The vulnerable code is never run" },
  {
    value: "vulnerable_code_cannot_be_controlled_by_adversary",
    label: "An attacker cannot reach the vulnerable code",
  },
  { value: "inline_mitigations_already_exist", label: "Something else prevents its use" },
];

/** Deciding on an exception, with a word to the one who asked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { ExceptionView } from "../../../../src/api/rest/exceptions.ts";
import { orgPath, post } from "../../api/client.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";

export type Decision = "approve" | "refuse" | "withdraw";

const texts: Readonly<Record<Decision, { title: string; button: string; what: string; done: string }>> = {
  approve: {
    title: "Approve the exception for",
    button: "Approve exception",
    what: "The finding is suppressed where the exception holds, and those images are judged again.",
    done: "Approved. The images are judged again.",
  },
  refuse: {
    title: "Refuse the exception for",
    button: "Refuse exception",
    what: "The finding counts as before.",
    done: "Refused.",
  },
  withdraw: {
    title: "Withdraw the exception for",
    button: "Withdraw exception",
    what: "The finding counts again, and the images are judged again.",
    done: "Withdrawn.",
  },
};

export interface DecisionDialogProps {
  readonly exception: ExceptionView;
  readonly decision: Decision;
  readonly onClose: () => void;
}

export function DecisionDialog({ exception, decision, onClose }: DecisionDialogProps): ReactElement {
  const { org } = useOrg();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const { title, button, what, done } = texts[decision];
  const decide = useMutation({
    mutationFn: () => post(orgPath(org, "exceptions", exception.id, decision), { note }),
    onSuccess: async () => {
      notify("good", done);
      onClose();
      await client.invalidateQueries({ queryKey: ["org", org] });
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${title} ${printable(exception.vulnerability, { charsMax: 100 })}`}
      description={what}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={decision === "approve" ? "primary" : "danger"}
            busy={decide.isPending}
            onClick={() => decide.mutate()}
          >
            {button}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {decide.error !== null && <FailedState error={decide.error} title="Nothing was decided" />}
        <TextField label="Note" lines={3} value={note} onChange={setNote} lengthMax={4000} />
      </div>
    </Dialog>
  );
}

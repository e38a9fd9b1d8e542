/** Changing the own password, which ends every other session of the account, and its tokens if that is wanted. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { put } from "../../api/client.ts";
import { ownTokensKey } from "../../api/keys.ts";
import { toProblem } from "../../api/problem.ts";
import { Button } from "../../parts/button.tsx";
import { Checkbox } from "../../parts/checkbox.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { notify } from "../../parts/toast.tsx";

const PASSWORD_LENGTH_MIN = 12;

export function PasswordForm({ name }: { name: string }): ReactElement {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [revokeTokens, setRevokeTokens] = useState(false);
  const [tried, setTried] = useState(false);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => put("/session/password", { current, next, revokeTokens }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      setTried(false);
      setRevokeTokens(false);
      void queryClient.invalidateQueries({ queryKey: ownTokensKey });
      const tokens = revokeTokens ? " Your personal tokens are revoked." : "";
      notify("good", `Password changed. Every other session of yours has ended.${tokens}`);
    },
  });
  const problem = change.error === null ? null : toProblem(change.error);
  const isShort = next.length < PASSWORD_LENGTH_MIN;
  return (
    <form
      className="max-w-sm space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (current !== "" && !isShort && !change.isPending) change.mutate();
      }}
    >
      {problem !== null && <FailedState error={problem} title="The password was not changed" />}
      {/* For the browser's keeper of passwords, which must know whose it is. */}
      <input type="text" autoComplete="username" value={name} readOnly hidden />
      <TextField
        label="Current password"
        type="password"
        required
        value={current}
        onChange={setCurrent}
        autoComplete="current-password"
        lengthMax={1000}
        error={tried && current === "" ? "This is needed." : null}
      />
      <TextField
        label="New password"
        type="password"
        required
        hint={`At least ${PASSWORD_LENGTH_MIN} characters. Every other session of yours ends.`}
        value={next}
        onChange={setNext}
        autoComplete="new-password"
        lengthMax={200}
        error={tried && isShort ? `${PASSWORD_LENGTH_MIN - next.length} more characters` : null}
      />
      <Checkbox
        label="Revoke my personal tokens too"
        hint="Choose this when somebody may have known the old password. Pipelines and plimsoll login on your machines need new ones."
        checked={revokeTokens}
        onChange={setRevokeTokens}
      />
      <Button type="submit" busy={change.isPending}>
        Change password
      </Button>
    </form>
  );
}

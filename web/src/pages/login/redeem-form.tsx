/** A token turned into an account with a password: the first-run token, or an invitation's. */
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { SessionView } from "../../../../src/api/rest/session.ts";
import { post } from "../../api/client.ts";
import { toProblem } from "../../api/problem.ts";
import { Button } from "../../parts/button.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";

export interface RedeemFormProps {
  /** Nobody has an account yet: the token names nobody, so a name is asked for. */
  readonly isFirst: boolean;
  /** From the address; empty: it is asked for. */
  readonly token: string;
  readonly onSignedIn: (session: SessionView) => void;
}

const PASSWORD_LENGTH_MIN = 12;

export function RedeemForm({ isFirst, token: given, onSignedIn }: RedeemFormProps): ReactElement {
  const [token, setToken] = useState(given);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const redeem = useMutation({
    mutationFn: () =>
      post<SessionView>("/session/redeem", {
        token: token.trim(),
        password,
        ...(isFirst ? { name: name.trim().toLowerCase(), displayName: name.trim() } : {}),
      }),
    onSuccess: onSignedIn,
  });
  const problem = redeem.error === null ? null : toProblem(redeem.error);
  const isShort = password.length < PASSWORD_LENGTH_MIN;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!isShort && !redeem.isPending) redeem.mutate();
      }}
    >
      {problem !== null && <FailedState error={problem} title="The account was not made" />}
      {isFirst && (
        <p className="text-muted">
          The server printed a token when it was started for the first time. Whoever has it becomes the
          administrator.
        </p>
      )}
      {given === "" && (
        <TextField
          label="Token"
          name="token"
          mono
          required
          value={token}
          onChange={setToken}
          lengthMax={200}
        />
      )}
      {isFirst && <NameField name={name} onChange={setName} error={problem?.fields["name"] ?? null} />}
      <TextField
        label="Password"
        name="password"
        type="password"
        required
        hint={`At least ${PASSWORD_LENGTH_MIN} characters`}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        lengthMax={200}
        error={tried && isShort ? `${PASSWORD_LENGTH_MIN - password.length} more characters` : null}
      />
      <Button type="submit" look="primary" busy={redeem.isPending} className="w-full">
        {isFirst ? "Make the account" : "Set the password"}
      </Button>
    </form>
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly onChange: (name: string) => void;
  readonly error: string | null;
}

function NameField({ name, onChange, error }: NameFieldProps): ReactElement {
  return (
    <TextField
      label="Name"
      name="name"
      required
      hint="Lower case letters, digits and . _ @ -"
      value={name}
      onChange={onChange}
      autoComplete="username"
      lengthMax={100}
      error={error}
    />
  );
}

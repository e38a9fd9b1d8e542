/** Name and password. */
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { SessionView } from "../../../../src/api/rest/session.ts";
import { post } from "../../api/client.ts";
import { toProblem } from "../../api/problem.ts";
import { Button } from "../../parts/button.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";

export function SignInForm({ onSignedIn }: { onSignedIn: (session: SessionView) => void }): ReactElement {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => post<SessionView>("/session", { name: name.trim().toLowerCase(), password }),
    onSuccess: onSignedIn,
    onError: () => setPassword(""),
  });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!signIn.isPending) signIn.mutate();
      }}
    >
      {signIn.error !== null && <FailedState error={toProblem(signIn.error)} title="You are not signed in" />}
      <TextField
        label="Name"
        name="name"
        value={name}
        onChange={setName}
        autoComplete="username"
        lengthMax={100}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        lengthMax={1000}
      />
      <Button type="submit" look="primary" busy={signIn.isPending} className="w-full">
        Sign in
      </Button>
    </form>
  );
}

/** Name and password: of an account here, or of a directory that was chosen. */
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { SessionView } from "../../../../src/api/rest/session.ts";
import { post } from "../../api/client.ts";
import { toProblem } from "../../api/problem.ts";
import { Button } from "../../parts/button.tsx";
import { Select } from "../../parts/select.tsx";
import { FailedState } from "../../parts/states.tsx";
import { TextField } from "../../parts/text-field.tsx";
import type { SignInChoice } from "./provider-buttons.tsx";

export interface SignInFormProps {
  readonly choices: readonly SignInChoice[];
  readonly onSignedIn: (session: SessionView) => void;
}

export function SignInForm({ choices, onSignedIn }: SignInFormProps): ReactElement {
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () =>
      chosen === ""
        ? post<SessionView>("/session", { name: name.trim().toLowerCase(), password })
        : post<SessionView>(`/sign-in/${encodeURIComponent(chosen)}/password`, {
            name: name.trim(),
            password,
          }),
    onSuccess: onSignedIn,
    onError: () => setPassword(""),
  });
  const directories = choices.filter(({ asksPassword }) => asksPassword);
  const options = directories.map((choice) => ({ value: choice.name, label: choice.label }));
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!signIn.isPending) signIn.mutate();
      }}
    >
      {signIn.error !== null && <FailedState error={toProblem(signIn.error)} title="You are not signed in" />}
      {options.length > 0 && (
        <Select
          label="Account of"
          value={chosen}
          options={[{ value: "", label: "this server" }, ...options]}
          onChange={setChosen}
        />
      )}
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

/** Makes a token, personal or of the organisation, and shows it the one time that it can be shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { NewTokenView } from "../../../../src/api/rest/session.ts";
import { post } from "../../api/client.ts";
import { toProblem } from "../../api/problem.ts";
import { ChoiceList } from "../../parts/choice-list.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { Select } from "../../parts/select.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { daysOf, lifetimes, scopeWords, type Lifetime, type Scope } from "./token-words.ts";

export interface NewTokenProps {
  /** Where it is made: `/tokens`, `/orgs/acme/tokens`. */
  readonly path: string;
  readonly queryKey: readonly unknown[];
  readonly title: string;
  readonly scopes: readonly Scope[];
  /** Without a scope it may all that its account may; otherwise at least one is needed. */
  readonly isPersonal: boolean;
  readonly onClose: () => void;
}

export function NewToken(props: NewTokenProps): ReactElement {
  const { path, queryKey, title, onClose } = props;
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      post<NewTokenView>(path, { name: name.trim(), scopes, expiresInDays: daysOf(lifetime) }),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const problem = make.error === null ? null : toProblem(make.error);
  const lacksScope = !props.isPersonal && scopes.length === 0;
  const create = (): void => {
    setTried(true);
    if (name.trim() !== "" && !lacksScope) make.mutate();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={make.data === undefined ? title : `Token “${make.data.name}”`}
      action="Create token"
      busy={make.isPending}
      error={problem}
      failed="The token was not made"
      onSend={create}
      result={
        make.data === undefined ? null : (
          <SecretOnce noun="token" title="Token" secret={make.data.token}>
            Whoever has it may do what it allows. Revoke it in the list when it is not needed any more.
          </SecretOnce>
        )
      }
    >
      <TextField
        label="Name"
        required
        hint="What it is for, such as the name of a pipeline or a machine."
        value={name}
        onChange={setName}
        lengthMax={100}
        error={tried && name.trim() === "" ? "A token needs a name." : (problem?.fields["name"] ?? null)}
      />
      <ChoiceList
        label="Scopes"
        hint={
          props.isPersonal
            ? "None: all that your role allows. It never allows more than that."
            : "It may do this and nothing else."
        }
        options={props.scopes.map((scope) => ({ value: scope, label: scopeWords[scope] }))}
        chosen={scopes}
        stacked
        onChange={setScopes}
        error={tried && lacksScope ? "Choose at least one." : null}
      />
      <Select<Lifetime> label="Expires" value={lifetime} onChange={setLifetime} options={lifetimes} />
    </FormDialog>
  );
}

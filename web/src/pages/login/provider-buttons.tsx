/** Other ways to sign in: a button for each provider. The browser leaves for the provider and comes back signed in. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { SignInBegun, SignInChoices } from "../../../../src/api/rest/sign-in.ts";
import { get, post } from "../../api/client.ts";
import { toProblem } from "../../api/problem.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { FailedState } from "../../parts/states.tsx";

export type SignInChoice = SignInChoices["providers"][number];

/** Providers there are; none while that is not known, for name and password do without. */
export function useSignInChoices(): readonly SignInChoice[] {
  const { data } = useQuery({
    queryKey: ["sign-in"],
    queryFn: ({ signal }) => get<SignInChoices>("/sign-in", { signal }),
  });
  return data?.providers ?? [];
}

export interface ProviderButtonsProps {
  readonly choices: readonly SignInChoice[];
  /** Path of the dashboard to show afterwards. */
  readonly next: string;
}

export function ProviderButtons({ choices, next }: ProviderButtonsProps): ReactElement | null {
  const begin = useMutation({
    mutationFn: (name: string) => post<SignInBegun>(`/sign-in/${encodeURIComponent(name)}/begin`, { next }),
    onSuccess: ({ url }) => {
      // An address that runs something in this page would be the provider's doing, or its configuration's.
      if (/^https?:\/\//.test(url)) window.location.assign(url);
    },
  });
  const elsewhere = choices.filter(({ asksPassword }) => !asksPassword);
  if (elsewhere.length === 0) return null;
  return (
    <div className="mt-6 space-y-3 border-t border-line pt-6">
      {begin.error !== null && (
        <FailedState error={toProblem(begin.error)} title="The provider was not reached" />
      )}
      {elsewhere.map(({ name, label }) => (
        <Button
          key={name}
          className="w-full"
          busy={begin.isPending && begin.variables === name}
          onClick={() => {
            if (!begin.isPending) begin.mutate(name);
          }}
        >
          {`Sign in with ${printable(label)}`}
        </Button>
      ))}
    </div>
  );
}

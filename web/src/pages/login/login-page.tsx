/**
 * Signing in; before anybody has an account, the first-run token; and for `#TOKEN` (the link of an invitation) choosing a password.
 * The token stands behind `#`, so it is never sent with the address.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { SessionView, SetupView } from "../../../../src/api/rest/session.ts";
import { get, setCsrf } from "../../api/client.ts";
import { sessionKey } from "../../api/keys.ts";
import { sessionQuery } from "../../api/session.ts";
import { Logo } from "../../parts/logo.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { FailedState } from "../../parts/states.tsx";
import { ownPath } from "./own-path.ts";
import { problemOf } from "./problem-words.ts";
import { ProviderButtons, useSignInChoices } from "./provider-buttons.tsx";
import { RedeemForm } from "./redeem-form.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export function LoginPage(): ReactElement {
  const { data: session } = useQuery(sessionQuery);
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => get<SetupView>("/setup", { signal }),
  });
  const search = useSearch({ strict: false });
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const next = ownPath(search["next"]);
  const signedIn = useSignedIn(next);
  const choices = useSignInChoices();
  const problem = problemOf(search["problem"]);
  if (session !== undefined && session !== null && token === "") return <Navigate to="/" replace />;
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 p-6">
      <p className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
        <Logo className="size-7" />
        Plimsoll
      </p>
      <QueryView query={setup} what="the page for signing in">
        {({ needsOwner }) => (
          <div className="rounded-lg border border-line bg-surface p-6">
            <PageHeader title={headingOf(needsOwner, token)} />
            {needsOwner || token !== "" ? (
              <RedeemForm isFirst={needsOwner} token={token} onSignedIn={signedIn} />
            ) : (
              <>
                {problem !== null && (
                  <div className="mb-4">
                    <FailedState error={problem} title="You are not signed in" />
                  </div>
                )}
                <SignInForm choices={choices} onSignedIn={signedIn} />
                <ProviderButtons choices={choices} next={next} />
              </>
            )}
          </div>
        )}
      </QueryView>
    </main>
  );
}

function headingOf(needsOwner: boolean, token: string): string {
  if (needsOwner) return "Set up Plimsoll";
  return token === "" ? "Sign in" : "Choose a password";
}

/** Puts the new session in place and goes on to where the reader wanted to be. */
function useSignedIn(next: string): (session: SessionView) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (session) => {
    setCsrf(session.csrfToken);
    // Whatever was kept belongs to nobody, or to somebody else.
    client.clear();
    client.setQueryData(sessionKey, session);
    void navigate({ href: next, replace: true });
  };
}

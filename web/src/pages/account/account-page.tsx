/** The reader's account: who they are, their tokens, their password, and the way out. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { TokenView } from "../../../../src/api/rest/session.ts";
import { get } from "../../api/client.ts";
import { ownTokensKey } from "../../api/keys.ts";
import { useSignedIn } from "../../api/session.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSignOut } from "../../app/use-sign-out.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { Facts } from "../../parts/facts.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { NewToken } from "../tokens/new-token.tsx";
import { TokenTable } from "../tokens/token-table.tsx";
import { personalScopes } from "../tokens/token-words.ts";
import { PasswordForm } from "./password-form.tsx";

export function AccountPage(): ReactElement {
  const { account } = useSignedIn();
  const { org, role } = useOrg();
  const signOut = useSignOut();
  return (
    <>
      <PageHeader title="Your account" actions={<Button onClick={() => void signOut()}>Sign out</Button>} />
      <div className="space-y-6">
        <div className="rounded-lg border border-line bg-surface p-4">
          <Facts
            facts={[
              { name: "Name", value: <PlainText text={account.name} charsMax={100} /> },
              { name: "Shown as", value: <PlainText text={account.displayName} charsMax={200} /> },
              { name: `Role in ${org}`, value: role },
              ...(account.isAdministrator
                ? [{ name: "Installation", value: "administrator: makes organisations" }]
                : []),
            ]}
          />
        </div>
        <OwnTokens />
        <Card title="Change your password">
          <PasswordForm name={account.name} />
        </Card>
      </div>
    </>
  );
}

function OwnTokens(): ReactElement {
  const [making, setMaking] = useState(false);
  const tokens = useQuery({
    queryKey: ownTokensKey,
    queryFn: ({ signal }) => get<{ tokens: readonly TokenView[] }>("/tokens", { signal }),
  });
  const command = `plimsoll login --server ${window.location.origin}`;
  return (
    <section aria-labelledby="own-tokens" className="space-y-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 id="own-tokens" className="text-lg font-semibold">
            Your tokens
          </h2>
          <p className="max-w-[75ch] text-muted">
            They let the command line and scripts act as you, in every organisation you are a member of.
          </p>
        </div>
        <Button look="primary" icon="add" onClick={() => setMaking(true)}>
          Create token
        </Button>
      </div>
      <QueryView query={tokens} what="your tokens">
        {({ tokens: rows }) => (
          <TokenTable
            tokens={rows}
            path="/tokens"
            queryKey={ownTokensKey}
            withoutScopes="all that you may"
            showsMaker={false}
            empty={
              <EmptyState title="No tokens yet" icon="key">
                The command line makes one when you sign in with it:
                <div className="mt-3 text-left">
                  <CodeBlock title="In a shell" text={command} noun="command" />
                </div>
              </EmptyState>
            }
          />
        )}
      </QueryView>
      {making && (
        <NewToken
          path="/tokens"
          queryKey={ownTokensKey}
          title="Create a token of your own"
          scopes={personalScopes}
          isPersonal
          onClose={() => setMaking(false)}
        />
      )}
    </section>
  );
}

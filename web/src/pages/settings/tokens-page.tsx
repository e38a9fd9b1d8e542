/** Service tokens of the organisation: for CI, registries and clusters, which have their scopes and nothing else. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { TokenView } from "../../../../src/api/rest/session.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Button } from "../../parts/button.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState, NoPermission } from "../../parts/states.tsx";
import { NewToken } from "../tokens/new-token.tsx";
import { TokenTable } from "../tokens/token-table.tsx";
import { serviceScopes } from "../tokens/token-words.ts";

export function TokensPage(): ReactElement {
  const { org, may } = useOrg();
  const [making, setMaking] = useState(false);
  const mayManage = may("manage-members");
  const queryKey = orgKey(org, "tokens");
  const path = orgPath(org, "tokens");
  const tokens = useQuery({
    queryKey,
    queryFn: ({ signal }) => get<{ tokens: readonly TokenView[] }>(path, { signal }),
    enabled: mayManage,
  });
  if (!mayManage)
    return (
      <>
        <PageHeader title="Service tokens" />
        <NoPermission>
          Owners of the organisation manage its service tokens. Your own tokens are on the page of{" "}
          <TextLink to="/o/$org/account" params={{ org }} search={{}}>
            your account
          </TextLink>
          .
        </NoPermission>
      </>
    );
  const make = (
    <Button look="primary" icon="add" onClick={() => setMaking(true)}>
      Create token
    </Button>
  );
  return (
    <>
      <PageHeader title="Service tokens" actions={make}>
        For CI, registries and clusters. A service token belongs to the organisation and has its scopes,
        nothing else.
      </PageHeader>
      <QueryView query={tokens} what="tokens">
        {({ tokens: rows }) => (
          <TokenTable
            tokens={rows}
            path={path}
            queryKey={queryKey}
            withoutScopes="none"
            showsMaker
            empty={
              <EmptyState title="No service tokens" icon="key" action={make}>
                A registry needs one of scope analyse to tell of pushes, a pipeline one of scope read to ask
                for verdicts.
              </EmptyState>
            }
          />
        )}
      </QueryView>
      {making && (
        <NewToken
          path={path}
          queryKey={queryKey}
          title="Create a service token"
          scopes={serviceScopes}
          isPersonal={false}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}

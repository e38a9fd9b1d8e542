/** Tokens in a table: what each may, how long, when it was used, and a way to end it. The token itself is never here. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type ReactElement, type ReactNode } from "react";
import type { TokenView } from "../../../../src/api/rest/session.ts";
import { del } from "../../api/client.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notify } from "../../parts/toast.tsx";
import { hasExpired } from "./token-words.ts";

export interface TokenTableProps {
  readonly tokens: readonly TokenView[];
  /** Where they are revoked, without the id: `/tokens`. */
  readonly path: string;
  readonly queryKey: readonly unknown[];
  /** Shown where a token has no scopes. */
  readonly withoutScopes: string;
  readonly showsMaker: boolean;
  readonly empty: ReactNode;
}

export function TokenTable(props: TokenTableProps): ReactElement {
  const { tokens, path, queryKey, withoutScopes, showsMaker, empty } = props;
  const client = useQueryClient();
  const [ending, setEnding] = useState<TokenView | null>(null);
  const columns = useMemo(() => columnsOf(withoutScopes, showsMaker, setEnding), [withoutScopes, showsMaker]);
  const revoke = async (token: TokenView): Promise<void> => {
    await del(`${path}/${encodeURIComponent(token.id)}`);
    notify("good", `Token “${token.name}” revoked.`);
    await client.invalidateQueries({ queryKey });
  };
  return (
    <>
      <Table<TokenView>
        label="Tokens"
        id={showsMaker ? "service-tokens" : "own-tokens"}
        columns={columns}
        rows={tokens}
        rowKey={({ id }) => id}
        firstSort={{ column: "created", direction: "desc" }}
        widthMin="56rem"
        empty={empty}
      />
      <ConfirmDialog
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={`Revoke the token “${ending === null ? "" : printable(ending.name, { charsMax: 100 })}”?`}
        action="Revoke token"
        onConfirm={async () => {
          if (ending !== null) await revoke(ending);
        }}
      >
        Whatever uses it is refused from now on. This cannot be taken back.
      </ConfirmDialog>
    </>
  );
}

function columnsOf(
  withoutScopes: string,
  showsMaker: boolean,
  onRevoke: (token: TokenView) => void,
): readonly Column<TokenView>[] {
  return [
    nameColumn,
    {
      id: "scopes",
      header: "Scopes",
      width: "14rem",
      cell: (token) => <Scopes token={token} without={withoutScopes} />,
    },
    {
      id: "created",
      header: "Created",
      width: "10rem",
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt, createdBy }) => (
        <>
          <TimeAgo time={createdAt} />
          {showsMaker && (
            <span className="block text-sm text-muted">
              by <PlainText text={createdBy} charsMax={100} />
            </span>
          )}
        </>
      ),
    },
    ...timeColumns,
    {
      id: "revoke",
      header: "Actions",
      width: "7rem",
      align: "end",
      cell: (token) => (
        <Button
          size="sm"
          aria-label={`Revoke ${printable(token.name, { charsMax: 100 })}`}
          onClick={() => onRevoke(token)}
        >
          Revoke
        </Button>
      ),
    },
  ];
}

const nameColumn: Column<TokenView> = {
  id: "name",
  header: "Name",
  isHead: true,
  sortBy: ({ name }) => name,
  cell: ({ name, prefix }) => (
    <>
      <PlainText text={name} charsMax={100} />
      <span className="block font-mono text-sm text-muted">{printable(prefix, { charsMax: 30 })}…</span>
    </>
  ),
};

const timeColumns: readonly Column<TokenView>[] = [
  {
    id: "expires",
    header: "Expires",
    width: "9rem",
    sortBy: ({ expiresAt }) => expiresAt,
    cell: (token) => <Expiry token={token} />,
  },
  {
    id: "used",
    header: "Last used",
    width: "9rem",
    sortBy: ({ usedAt }) => usedAt,
    cell: ({ usedAt }) => <TimeAgo time={usedAt} />,
  },
];

function Scopes({ token: { scopes }, without }: { token: TokenView; without: string }): ReactElement {
  if (scopes.length === 0) return <span className="text-muted">{without}</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Tag key={scope}>{scope}</Tag>
      ))}
    </span>
  );
}

function Expiry({ token }: { token: TokenView }): ReactElement {
  if (token.expiresAt === null) return <span className="text-muted">never</span>;
  if (!hasExpired(token, new Date())) return <TimeAgo time={token.expiresAt} />;
  return (
    <>
      <Tag tone="warn">Expired</Tag>{" "}
      <span className="block text-sm text-muted">
        <TimeAgo time={token.expiresAt} />
      </span>
    </>
  );
}

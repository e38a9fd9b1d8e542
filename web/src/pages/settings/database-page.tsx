/** The vulnerability database that findings rest on: how old, from which feeds, under which licences. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { DatabaseView } from "../../../../src/api/rest/checks.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { amount } from "../../display/amounts.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { DatabaseBanners } from "../../parts/database-banners.tsx";
import { Digest } from "../../parts/digest.tsx";
import { Facts } from "../../parts/facts.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Table } from "../../parts/table/table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

export function DatabasePage(): ReactElement {
  const { org } = useOrg();
  const database = useQuery({
    queryKey: orgKey(org, "database"),
    queryFn: ({ signal }) => get<DatabaseView>(orgPath(org, "database"), { signal }),
  });
  return (
    <>
      <PageHeader title="Vulnerability database">
        One database for the whole installation. Packages are compared with it when an image is analysed, and
        again whenever it changes.
      </PageHeader>
      <QueryView query={database} what="the database">
        {(answer) => (answer.present ? <Present database={answer} /> : <Absent />)}
      </QueryView>
    </>
  );
}

function Absent(): ReactElement {
  return (
    <EmptyState title="No vulnerability database yet" icon="database">
      Images are analysed, but nothing can be said of their vulnerabilities. On the machine of the worker,
      run:
      <div className="mt-3 text-left">
        <CodeBlock title="In a shell" noun="command" text="plimsoll db update" />
      </div>
    </EmptyState>
  );
}

function Present({ database }: { database: DatabaseView }): ReactElement {
  const { digest, updatedAt, appliedAt, advisoryCount } = database;
  return (
    <div className="space-y-5">
      <DatabaseBanners database={database} />
      <div className="rounded-lg border border-line bg-surface p-4">
        <Facts
          facts={[
            {
              name: "State",
              value: (
                <span className="inline-flex flex-wrap gap-1">
                  {database.stale ? <Tag tone="warn">Stale</Tag> : <Tag tone="good">Up to date</Tag>}
                  {database.demonstration && <Tag tone="warn">Demonstration data</Tag>}
                </span>
              ),
            },
            { name: "Updated", value: <TimeAgo time={updatedAt} /> },
            {
              name: "Advisories",
              value: advisoryCount === null ? "not known" : amount(advisoryCount),
            },
            { name: "Stored packages compared with it", value: <TimeAgo time={appliedAt} /> },
            ...(digest === null ? [] : [{ name: "Digest", value: <Digest digest={digest} /> }]),
          ]}
        />
      </div>
      <Table<Feed>
        label="Feeds"
        id="feeds"
        columns={columns}
        rows={database.feeds}
        rowKey={({ feed, part }) => `${feed}/${part}`}
        firstSort={{ column: "feed", direction: "asc" }}
        widthMin="48rem"
        empty={<EmptyState title="Made of no feeds" icon="database" />}
      />
    </div>
  );
}

type Feed = DatabaseView["feeds"][number];

const columns: readonly Column<Feed>[] = [
  {
    id: "feed",
    header: "Feed",
    isHead: true,
    sortBy: ({ feed, part }) => `${feed}/${part}`,
    cell: ({ feed, part }) => <PlainText text={part === "" ? feed : `${feed}/${part}`} charsMax={100} />,
  },
  {
    id: "records",
    header: "Records",
    width: "8rem",
    align: "end",
    sortBy: ({ recordCount }) => recordCount,
    cell: ({ recordCount }) => amount(recordCount),
  },
  {
    id: "fetched",
    header: "Fetched",
    width: "9rem",
    sortBy: ({ fetchedAt }) => fetchedAt,
    cell: ({ fetchedAt }) => <TimeAgo time={fetchedAt} />,
  },
  {
    id: "licence",
    header: "Licence",
    width: "12rem",
    sortBy: ({ licence }) => licence,
    cell: ({ licence }) => <PlainText text={licence} charsMax={200} />,
  },
  {
    id: "failure",
    header: "Newest attempt",
    width: "18rem",
    sortBy: ({ failure }) => (failure === null ? 1 : 0),
    cell: ({ failure }) =>
      failure === null ? (
        <Tag tone="good">Worked</Tag>
      ) : (
        <>
          <Tag tone="bad">Failed</Tag>{" "}
          <PlainText className="text-sm text-muted" text={failure} charsMax={300} />
        </>
      ),
  },
];

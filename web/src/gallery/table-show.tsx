/** A short table, and one of 100,000 rows. */
import { useMemo, useState, type ReactElement } from "react";
import { Button } from "../parts/button.tsx";
import { Card } from "../parts/card.tsx";
import { Digest } from "../parts/digest.tsx";
import { GradeBadge } from "../parts/grade-badge.tsx";
import { TextLink } from "../parts/link.tsx";
import { LoadMore } from "../parts/load-more.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { SeverityCounts } from "../parts/severity-counts.tsx";
import { EmptyState } from "../parts/states.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import type { Column } from "../parts/table/column.ts";
import { Table } from "../parts/table/table.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";

interface Image {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly critical: number;
  readonly status: "met" | "not_met" | "no_data";
  readonly pushedAt: string;
}

const statuses = ["met", "not_met", "no_data"] as const;
const start = Date.parse("2026-11-22T12:00:00Z");

function makeImages(count: number): readonly Image[] {
  return Array.from({ length: count }, (_, at) => ({
    id: String(at),
    name: `registry.example.com/acme/service-${(at * 7919) % count}`,
    digest: `sha256:${at.toString(16).padStart(64, "4bc")}`,
    critical: (at * 31) % 17,
    status: statuses[at % 3] ?? "met",
    pushedAt: new Date(start - at * 3_600_000).toISOString(),
  }));
}

const columns: readonly Column<Image>[] = [
  {
    id: "name",
    header: "Image",
    isHead: true,
    sortBy: ({ name }) => name,
    cell: ({ id, name }) => (
      <TextLink to="/o/$org/images/$imageId" params={{ org: "acme", imageId: id }}>
        {name}
      </TextLink>
    ),
  },
  { id: "digest", header: "Digest", width: "9.5rem", cell: ({ digest }) => <Digest digest={digest} /> },
  { id: "grade", header: "Grade", width: "5rem", cell: () => <GradeBadge grade="B" /> },
  {
    id: "findings",
    header: "Vulnerabilities",
    width: "16rem",
    sortBy: ({ critical }) => critical,
    cell: ({ critical }) => (
      <SeverityCounts counts={{ critical, high: 3, medium: 12, low: 0, unspecified: 0 }} />
    ),
  },
  {
    id: "compliance",
    header: "Compliance",
    width: "9rem",
    sortBy: ({ status }) => status,
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  {
    id: "pushed",
    header: "Pushed",
    width: "8rem",
    align: "end",
    sortBy: ({ pushedAt }) => pushedAt,
    cell: ({ pushedAt }) => <TimeAgo time={pushedAt} />,
  },
];

export function TableShow(): ReactElement {
  const [count, setCount] = useState(6);
  const [filter, setFilter] = useState("");
  const images = useMemo(
    () => makeImages(count).filter(({ name }) => name.includes(filter)),
    [count, filter],
  );
  return (
    <Card
      title="Table"
      actions={
        <Button size="sm" onClick={() => setCount(count === 6 ? 100_000 : 6)}>
          {count === 6 ? "Show 100,000 rows" : "Show 6 rows"}
        </Button>
      }
    >
      <Table
        label="Images of the gallery"
        id="gallery"
        columns={columns}
        rows={images}
        rowKey={({ id }) => id}
        widthMin="66rem"
        toolbar={<SearchField label="Filter the rows" value={filter} onChange={setFilter} />}
        empty={<EmptyState title="No image matches">Change the filter to see more.</EmptyState>}
      />
      <LoadMore shown={images.length} noun="image" hasMore busy={false} onMore={() => setCount(count * 2)} />
    </Card>
  );
}

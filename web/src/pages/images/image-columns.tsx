/** Columns of the list of images. */
import type { ReactElement } from "react";
import type { ImageRowView } from "../../../../src/api/rest/images.ts";
import { useOrg } from "../../app/use-org.ts";
import { counted } from "../../display/amounts.ts";
import { isUnsupported } from "../../display/failure.ts";
import { GradeBadge } from "../../parts/grade-badge.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { RepositoryName } from "../../parts/repository-name.tsx";
import { SeverityCounts } from "../../parts/severity-counts.tsx";
import type { Column } from "../../parts/table/column.ts";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { ComplianceLink } from "./compliance-link.tsx";

export const imageColumns: readonly Column<ImageRowView>[] = [
  {
    id: "repository",
    header: "Repository",
    isHead: true,
    serverSort: true,
    cell: (row) => <RepositoryLink row={row} />,
  },
  { id: "tag", header: "Tag", width: "9.5rem", cell: (row) => <TagName row={row} /> },
  {
    id: "findings",
    header: "Findings",
    width: "15.5rem",
    serverSort: true,
    cell: (row) => <Findings row={row} />,
  },
  {
    id: "compliance",
    header: "Compliance",
    width: "12rem",
    cell: (row) => <ComplianceLink row={row} />,
  },
  {
    id: "grade",
    header: "Grade",
    width: "5.5rem",
    serverSort: true,
    cell: ({ grade, imageId }) => (imageId === null ? null : <GradeBadge grade={grade} />),
  },
  {
    id: "pushed",
    header: "Pushed",
    width: "8.5rem",
    serverSort: true,
    cell: ({ pushedAt }) => (pushedAt === null ? null : <TimeAgo time={pushedAt} />),
  },
];

function RepositoryLink({ row }: { row: ImageRowView }): ReactElement {
  const { org } = useOrg();
  if (row.imageId === null) return <RepositoryName name={row.repository} />;
  return (
    <TextLink to="/o/$org/images/$imageId" params={{ org, imageId: row.imageId }} search={{}}>
      <RepositoryName name={row.repository} />
    </TextLink>
  );
}

function TagName({ row: { tag, tagCount, platform, platformCount } }: { row: ImageRowView }): ReactElement {
  if (tag === null) return <span className="text-muted italic">nothing pushed</span>;
  return (
    <>
      <PlainText text={tag} mono charsMax={128} />
      {tagCount > 1 && <span className="block text-sm text-muted">of {counted(tagCount, "tag")}</span>}
      {platform !== null && (
        <span className="block text-sm text-muted">
          <PlainText text={platform} charsMax={60} />
          {platformCount > 1 && `, the worst of ${platformCount}`}
        </span>
      )}
    </>
  );
}

/** What is not analysed, failed or could not be read whole is never a row of zeros. */
function Findings({ row }: { row: ImageRowView }): ReactElement | null {
  if (row.failure !== null)
    return (
      <span className="block">
        <Tag tone="bad">{isUnsupported(row.failure.code) ? "Unsupported" : "Failed"}</Tag>{" "}
        <span className="text-sm text-muted" title={row.failure.code}>
          <PlainText text={row.failure.message} charsMax={200} />
        </span>
      </span>
    );
  if (row.state === "queued") return <Tag>Waiting</Tag>;
  if (row.state === "analysing") return <Tag>Being analysed</Tag>;
  if (row.state === null) return null;
  return <SeverityCounts counts={row.findings} incomplete={row.incomplete} unknown="Not judged" />;
}

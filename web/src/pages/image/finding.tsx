/** One finding: what it is, where, why it matched, and what was decided. */
import { useParams } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { ImageFindingView, ImageView } from "../../../../src/api/rest/images.ts";
import { useOrg } from "../../app/use-org.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { ExternalLink, TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { SeverityBadge } from "../../parts/severity-badge.tsx";
import { Tag } from "../../parts/tag.tsx";
import { dateOf } from "../../display/when.ts";
import { RequestException } from "./request-exception.tsx";

interface FindingProps {
  readonly finding: ImageFindingView;
  readonly image: ImageView;
}

export function Finding({ finding, image }: FindingProps): ReactElement {
  const { may } = useOrg();
  const [asking, setAsking] = useState(false);
  const id = printable(finding.vulnerability, { charsMax: 100 });
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-semibold">{id}</h2>
          <SeverityBadge severity={finding.severity} />
          <Score finding={finding} />
          <State finding={finding} />
        </div>
        {may("request-exception") && !finding.suppressed && (
          <Button size="sm" aria-label={`Request exception for ${id}`} onClick={() => setAsking(true)}>
            Request exception
          </Button>
        )}
      </div>
      <Place finding={finding} />
      {finding.summary !== "" && <PlainText className="mt-1 block" text={finding.summary} charsMax={600} />}
      <Decision finding={finding} />
      <Why finding={finding} />
      {asking && <RequestException finding={finding} image={image} onClose={() => setAsking(false)} />}
    </>
  );
}

function Score({ finding: { score, scoreSource, kev, epss } }: { finding: ImageFindingView }): ReactElement {
  return (
    <>
      {score !== null && (
        <span className="text-sm text-muted">
          {score.toFixed(1)} {scoreSource === null ? "" : `by ${printable(scoreSource, { charsMax: 60 })}`}
        </span>
      )}
      {kev && <Tag tone="bad">known exploited</Tag>}
      {epss !== null && <span className="text-sm text-muted">EPSS {(epss * 100).toFixed(1)} %</span>}
    </>
  );
}

const statusWords: Readonly<Record<ImageFindingView["status"], string>> = {
  affected: "Affected",
  not_affected: "Not affected",
  fixed: "Fixed",
  under_investigation: "Under investigation",
  undetermined: "Undetermined",
};

function State({
  finding: { status, suppressed, demonstration, kind },
}: {
  finding: ImageFindingView;
}): ReactElement {
  return (
    <>
      {status !== "affected" && (
        <Tag tone={status === "undetermined" ? "warn" : "plain"}>{statusWords[status]}</Tag>
      )}
      {kind === "malicious" && <Tag tone="bad">malicious package</Tag>}
      {kind === "informational" && <Tag>notice</Tag>}
      {suppressed && <Tag>suppressed</Tag>}
      {demonstration && <Tag tone="warn">demonstration</Tag>}
    </>
  );
}

const fixWords: Readonly<Record<ImageFindingView["fixState"], string>> = {
  fixed: "fixed",
  unknown: "no fix yet",
  affected: "no fix yet",
  deferred: "put off to a later release",
  will_not_fix: "will not be fixed",
  end_of_life: "release at its end of life",
  not_affected: "nothing to fix",
  under_investigation: "under investigation",
};

function Place({ finding }: { finding: ImageFindingView }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  const here = { to: "/o/$org/images/$imageId", params: { org, imageId } } as const;
  return (
    <p className="mt-1 flex flex-wrap gap-x-4">
      <TextLink {...here} search={{ tab: "packages", purl: finding.purl }}>
        <span className="sr-only">Package </span>
        <PlainText text={`${finding.packageName} ${finding.packageVersion}`} charsMax={300} />
      </TextLink>
      <span>
        {finding.fixedVersion === null ? (
          <span className="text-muted">
            {fixWords[finding.fixState]}
            {finding.fixNote !== null && (
              <>
                {": "}
                <PlainText text={finding.fixNote} charsMax={300} />
              </>
            )}
          </span>
        ) : (
          <>
            fixed in <PlainText text={finding.fixedVersion} mono charsMax={100} />
          </>
        )}
      </span>
      {finding.layerIndex !== null && (
        <TextLink {...here} search={{ tab: "layers", layer: String(finding.layerIndex) }}>
          Layer {finding.layerIndex + 1}
        </TextLink>
      )}
      {finding.path !== null && <PlainText className="text-muted" text={finding.path} mono charsMax={300} />}
    </p>
  );
}

/** The exception or statement that decided. */
function Decision({ finding }: { finding: ImageFindingView }): ReactElement | null {
  const { exception, statement, reason } = finding;
  if (exception !== null)
    return (
      <p className="mt-1">
        {exception.kind === "false_positive" ? "False positive" : "Accepted risk"}, decided by{" "}
        <PlainText text={exception.decidedBy} charsMax={100} />
        {exception.expiresAt === null ? "" : `, until ${dateOf(exception.expiresAt)}`}:{" "}
        <PlainText text={exception.reason} charsMax={600} />
      </p>
    );
  if (statement !== null)
    return (
      <p className="mt-1">
        VEX statement by <PlainText text={statement.author} charsMax={200} />:{" "}
        <PlainText text={statement.status.replaceAll("_", " ")} charsMax={60} />
        {statement.justification !== null && ` (${printable(statement.justification.replaceAll("_", " "))})`}
      </p>
    );
  if (reason === null) return null;
  return (
    <p className="mt-1 text-muted">
      Could not be compared: <PlainText text={reason} charsMax={400} />
    </p>
  );
}

function Why({ finding }: { finding: ImageFindingView }): ReactElement {
  return (
    <details className="mt-1">
      <summary className="w-fit cursor-pointer text-sm text-muted">Why it matched</summary>
      <ul className="mt-1 space-y-1 text-sm">
        {finding.why.map((source) => (
          <li key={`${source.feed} ${source.advisory} ${source.comparison}`}>
            {source.url === null ? (
              <PlainText text={source.advisory} charsMax={100} />
            ) : (
              <ExternalLink href={source.url}>{printable(source.advisory, { charsMax: 100 })}</ExternalLink>
            )}{" "}
            <span className="text-muted">
              (<PlainText text={source.feed} charsMax={60} />)
            </span>
            : <PlainText text={source.comparison} mono charsMax={400} />
          </li>
        ))}
      </ul>
    </details>
  );
}

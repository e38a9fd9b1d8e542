/** The head of an image's page: its names, its verdict with the cause, and what to know before believing any of it. */
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImageView } from "../../../../src/api/rest/images.ts";
import { byteSize } from "../../display/amounts.ts";
import { shortDigest } from "../../display/digest.ts";
import { Breadcrumbs } from "../../parts/breadcrumbs.tsx";
import { Digest } from "../../parts/digest.tsx";
import { Facts, type Fact } from "../../parts/facts.tsx";
import { GradeBadge } from "../../parts/grade-badge.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { RepositoryName } from "../../parts/repository-name.tsx";
import { SeverityCounts } from "../../parts/severity-counts.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { BaseImage } from "./base-image.tsx";
import { ImageWarnings } from "./image-warnings.tsx";
import { SbomMenu } from "./sbom-menu.tsx";

export function ImageHead({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const name = nameOf(image);
  return (
    <>
      <PageHeader
        title={name}
        above={
          <Breadcrumbs>
            <TextLink to="/o/$org/images" params={{ org }} search={{}}>
              Images
            </TextLink>
            <PlainText text={name} charsMax={100} />
          </Breadcrumbs>
        }
        beside={image.verdict === null ? null : <Verdict verdict={image.verdict} />}
        actions={image.state === "analysed" ? <SbomMenu imageId={image.id} /> : null}
      />
      <ImageWarnings image={image} />
      <Causes image={image} />
      <div className="mb-6 rounded-lg border border-line bg-surface p-4">
        <Facts facts={factsOf(image)} />
      </div>
    </>
  );
}

/** `registry.example.com/acme/my-app:1.2`, or the digest of what no tag names any more. */
function nameOf(image: ImageView): string {
  const place = image.places[0];
  if (place === undefined) return shortDigest(image.digest);
  const tag = place.tags[0];
  return tag === undefined
    ? `${place.repository}@${shortDigest(image.digest)}`
    : `${place.repository}:${tag}`;
}

function Verdict({ verdict }: { verdict: NonNullable<ImageView["verdict"]> }): ReactElement {
  return (
    <span className="inline-flex items-center gap-2">
      <GradeBadge grade={verdict.grade} percent={verdict.percent} reason={verdict.scoreReason} />
      <StatusBadge status={verdict.status} />
    </span>
  );
}

function Causes({ image: { verdict } }: { image: ImageView }): ReactElement | null {
  if (verdict === null || verdict.causes.length === 0) return null;
  return (
    <section aria-label="Why the verdict is what it is" className="mb-4 text-muted">
      Judged <TimeAgo time={verdict.evaluatedAt} />:
      <ul className="list-disc pl-5">
        {verdict.causes.slice(0, CAUSES_MAX).map((cause, at) => (
          <li key={at}>
            <PlainText text={cause.text} charsMax={400} />
          </li>
        ))}
        {verdict.causes.length > CAUSES_MAX && <li>and {verdict.causes.length - CAUSES_MAX} more causes</li>}
      </ul>
    </section>
  );
}

const CAUSES_MAX = 5;

function factsOf(image: ImageView): readonly Fact[] {
  const facts: readonly (Fact | null)[] = [
    { name: "Digest", value: <Digest digest={image.digest} /> },
    { name: "Tags", value: <Places places={image.places} /> },
    fact("Platform", image.platform),
    { name: "Base image", value: <BaseImage base={image.base} reason={image.baseReason} /> },
    fact("Distribution", image.distro),
    fact("User", image.user === "" ? "none set (root)" : image.user),
    image.sizeBytes === null ? null : { name: "Size", value: `${byteSize(image.sizeBytes)} as stored` },
    image.environments.length === 0 ? null : fact("Environments", image.environments.join(", ")),
    image.createdAt === null ? null : { name: "Built", value: <TimeAgo time={image.createdAt} /> },
    { name: "Analysed", value: <TimeAgo time={image.analysedAt} /> },
    {
      name: "Findings",
      value: (
        <SeverityCounts
          counts={image.findings}
          incomplete={image.completeness === "incomplete"}
          unknown="Not judged"
        />
      ),
    },
  ];
  return facts.filter((row) => row !== null);
}

function fact(name: string, text: string | null): Fact | null {
  return text === null ? null : { name, value: <PlainText text={text} charsMax={500} /> };
}

function Places({ places }: Pick<ImageView, "places">): ReactElement {
  if (places.length === 0) return <span className="text-muted">none</span>;
  return (
    <ul>
      {places.map(({ repository, tags }) => (
        <li key={repository}>
          <RepositoryName name={repository} />
          {tags.length > 0 && (
            <>
              {": "}
              <PlainText text={tags.join(", ")} mono charsMax={300} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

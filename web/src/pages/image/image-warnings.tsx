/** What to know before believing what the page says, gravest first. An image without any of these shows nothing here. */
import { useParams } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import type { ImageView } from "../../../../src/api/rest/images.ts";
import { Banner } from "../../parts/banner.tsx";
import { TextLink } from "../../parts/link.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { isUnsupported } from "../../display/failure.ts";

export function ImageWarnings({ image }: { image: ImageView }): ReactElement | null {
  if (image.failure !== null)
    return (
      <div className="mb-4">
        <Banner
          tone="bad"
          title={
            isUnsupported(image.failure.code)
              ? "Unsupported: an image of this kind is not analysed"
              : "This image could not be analysed"
          }
        >
          <PlainText text={image.failure.message} charsMax={1000} />{" "}
          <span className="text-muted">{image.failure.advice}</span>{" "}
          <code className="font-mono text-sm">{image.failure.code}</code>
        </Banner>
      </div>
    );
  if (image.state !== "analysed")
    return (
      <EmptyState
        title={image.state === "queued" ? "Waiting to be analysed" : "Being analysed"}
        icon="refresh"
      >
        What is found appears here by itself.
      </EmptyState>
    );
  const warnings = warningsOf(image);
  if (warnings.length === 0) return null;
  return (
    <div className="mb-4 space-y-2">
      {warnings.map(({ title, text }) => (
        <Banner key={title} title={title}>
          {text}
        </Banner>
      ))}
    </div>
  );
}

interface Warning {
  readonly title: string;
  readonly text: ReactNode;
}

function warningsOf(image: ImageView): readonly Warning[] {
  const warnings: readonly (Warning | false)[] = [
    image.completeness === "incomplete" && {
      title: "Incomplete",
      text: (
        <>
          Something in the image could not be read, so packages may be missing: what was found is the least
          there is. <CoverageLink imageId={image.id} />
        </>
      ),
    },
    image.noPackageDatabase && {
      title: "No package database found",
      text: "Nothing lists the packages of the distribution, so neither they nor their vulnerabilities are known.",
    },
    image.endOfLife !== null && {
      title: "End of life",
      text: (
        <>
          <PlainText text={image.endOfLife} charsMax={300} />; newer vulnerabilities may be missing from its
          advisories.
        </>
      ),
    },
    image.verification === "unverified" && {
      title: "Not verified",
      text: "The content was not compared with the digest it is named by.",
    },
    image.outdated && {
      title: "Being judged again",
      text: "Policies, exceptions or vulnerability data have changed since this image was last judged. The new verdict appears here by itself.",
    },
    image.findings === null &&
      !image.outdated && {
        title: "Not judged",
        text: "No vulnerability database was there to compare the packages with. No findings does not mean none.",
      },
    image.verdict?.demonstration === true && {
      title: "Demonstration data",
      text: "The findings rest on the project's own small example of a vulnerability database.",
    },
  ];
  return warnings.filter((warning) => warning !== false);
}

function CoverageLink({ imageId }: { imageId: string }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <TextLink to="/o/$org/images/$imageId" params={{ org, imageId }} search={{ tab: "inventory" }}>
      What could not be read
    </TextLink>
  );
}

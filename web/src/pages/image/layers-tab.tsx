/** The layers from the bottom up: which belong to the base, which command made them, what they brought. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ReactElement } from "react";
import type { ImageLayerView, ImageView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useSearchText } from "../../app/use-search-text.ts";
import { byteSize, counted } from "../../display/amounts.ts";
import { Digest } from "../../parts/digest.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { SeverityCounts } from "../../parts/severity-counts.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { Tag } from "../../parts/tag.tsx";
import { BaseImage } from "./base-image.tsx";

interface Layers {
  readonly base: ImageView["base"];
  readonly layers: readonly ImageLayerView[];
}

export function LayersTab({ image }: { image: ImageView }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const asked = useSearchText("layer");
  const layers = useQuery({
    queryKey: orgKey(org, "images", image.id, "layers"),
    queryFn: ({ signal }) => get<Layers>(orgPath(org, "images", image.id, "layers"), { signal }),
  });
  return (
    <QueryView query={layers} what="the layers">
      {({ layers: rows }) =>
        rows.length === 0 ? (
          <EmptyState title="This image has no layers" icon="image" />
        ) : (
          <>
            <p className="mb-3 text-muted">
              From the bottom up. Base image: <BaseImage base={image.base} reason={image.baseReason} />
            </p>
            <ol aria-label="Layers" className="space-y-2">
              {rows.map((layer) => (
                <Layer key={layer.index} layer={layer} asked={asked === String(layer.index)} />
              ))}
            </ol>
          </>
        )
      }
    </QueryView>
  );
}

/** The layer that a link asked for is marked, and brought into sight. */
function Layer({ layer, asked }: { layer: ImageLayerView; asked: boolean }): ReactElement {
  const { org, imageId } = useParams({ from: "/o/$org/images/$imageId" });
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (asked) row.current?.scrollIntoView({ block: "center" });
  }, [asked]);
  return (
    <li
      ref={row}
      aria-current={asked ? "true" : undefined}
      className={`rounded-lg border bg-surface p-3 ${asked ? "border-accent" : "border-line"}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Layer {layer.index + 1}</h2>
        {layer.fromBase && <Tag tone="accent">base image</Tag>}
        <span className="text-sm text-muted">{byteSize(layer.sizeBytes)}</span>
        <TextLink
          to="/o/$org/images/$imageId"
          params={{ org, imageId }}
          search={{ tab: "packages", layer: String(layer.index) }}
        >
          {counted(layer.packageCount, "package")}
        </TextLink>
        <SeverityCounts counts={layer.findings} unknown="Not judged" />
      </div>
      <p className="mt-1 font-mono text-sm">
        {layer.command === null ? (
          <span className="text-muted">command not recorded</span>
        ) : (
          <PlainText text={layer.command} charsMax={1000} />
        )}
      </p>
      {layer.source !== null && <SourceLines source={layer.source} />}
      <p className="mt-1 flex items-center gap-1 text-sm text-muted">
        Diff ID <Digest digest={layer.diffId} noun="diff ID" />
      </p>
    </li>
  );
}

/** What the build says of itself, and nobody proves: shown beside the command of the history, not instead of it. */
function SourceLines({ source }: { source: NonNullable<ImageLayerView["source"]> }): ReactElement {
  const { file, firstLine, lastLine, text } = source;
  const lines = firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine} to ${lastLine}`;
  return (
    <figure className="mt-2 rounded-md bg-sunken px-3 py-2 text-sm">
      <figcaption className="text-muted">
        <PlainText text={file} mono charsMax={200} />, {lines}, as the provenance tells
      </figcaption>
      <p className="mt-1 font-mono">
        <PlainText text={text} lines charsMax={2000} />
      </p>
    </figure>
  );
}

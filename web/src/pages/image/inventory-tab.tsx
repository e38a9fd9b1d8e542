/** What the list of packages rests on: how much of the files it explains, what could not be read, and who touched the system. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { ImageInventoryView } from "../../../../src/api/rest/images.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { Card } from "../../parts/card.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { Tag } from "../../parts/tag.tsx";
import { CoverageShares } from "./coverage-shares.tsx";
import { PathList } from "./path-list.tsx";
import { Problems } from "./problems.tsx";
import { SystemFiles } from "./system-files.tsx";

export function InventoryTab({ imageId }: { imageId: string }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const inventory = useQuery({
    queryKey: orgKey(org, "images", imageId, "inventory"),
    queryFn: ({ signal }) =>
      get<ImageInventoryView>(orgPath(org, "images", imageId, "inventory"), { signal }),
  });
  return (
    <QueryView query={inventory} what="the inventory">
      {(answer) => (
        <div className="space-y-4">
          <States inventory={answer} />
          <Coverage inventory={answer} />
          <Problems problems={answer.problems} count={answer.problemCount} />
          <SystemFiles files={answer.systemFiles} />
        </div>
      )}
    </QueryView>
  );
}

/** The states that every report shows, here with those that are good too. */
function States({ inventory }: { inventory: ImageInventoryView }): ReactElement {
  const { completeness, verification, noPackageDatabase } = inventory;
  return (
    <ul aria-label="States of the inventory" className="flex flex-wrap gap-2">
      <li>
        {completeness === "complete" ? (
          <Tag tone="good" icon="check">
            Complete
          </Tag>
        ) : (
          <Tag tone="warn" icon="alert">
            {completeness === null ? "Completeness not known" : "Incomplete"}
          </Tag>
        )}
      </li>
      {noPackageDatabase && (
        <li>
          <Tag tone="warn" icon="alert">
            No package database found
          </Tag>
        </li>
      )}
      <li>
        {verification === "verified" ? (
          <Tag tone="good" icon="check">
            Content verified
          </Tag>
        ) : (
          <Tag tone="warn" icon="alert">
            Content not verified
          </Tag>
        )}
      </li>
    </ul>
  );
}

function Coverage({ inventory: { coverage } }: { inventory: ImageInventoryView }): ReactElement {
  if (coverage === null)
    return (
      <Card title="Coverage">
        <EmptyState title="Not known" icon="question">
          The files of the image were not seen, so nothing tells how many of them its packages explain.
        </EmptyState>
      </Card>
    );
  const { executables, files, unexplained } = coverage;
  return (
    <Card title="Coverage">
      <div className="grid gap-6 md:grid-cols-2">
        <CoverageShares title="Executables" count={executables} />
        <CoverageShares title="All files" count={files} />
      </div>
      <h3 className="mt-6 font-medium">Unexplained executables</h3>
      <PathList
        label="Unexplained executables"
        count={executables.byNothing}
        paths={unexplained}
        noun="executable"
        none="Every program, library and archive of programs belongs to a package or is known by its bytes."
      />
    </Card>
  );
}

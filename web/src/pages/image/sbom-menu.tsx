/** The image's SBOM as a file, in the form that the reader's tools want. */
import { useParams } from "@tanstack/react-router";
import { Fragment, type ReactElement } from "react";
import type { SbomFormatName } from "../../../../src/api/rest/sbom.ts";
import { apiAddress, orgPath } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Menu, MenuEntry, MenuHeading } from "../../parts/menu.tsx";

/** One label for each format that the server writes, in the order of the menu. */
const labels: Readonly<Record<SbomFormatName, string>> = {
  cyclonedx: "CycloneDX 1.6 JSON",
  "cyclonedx@1.7": "CycloneDX 1.7 JSON",
  "cyclonedx@1.5": "CycloneDX 1.5 JSON",
  "cyclonedx-xml": "CycloneDX 1.6 XML",
  "cyclonedx-xml@1.7": "CycloneDX 1.7 XML",
  "cyclonedx-xml@1.5": "CycloneDX 1.5 XML",
  "intoto-cyclonedx": "in-toto statement of CycloneDX",
  spdx: "SPDX 2.3 JSON",
  "spdx-tag-value": "SPDX 2.3 tag-value",
  spdx3: "SPDX 3.0 JSON-LD",
  "intoto-spdx": "in-toto statement of SPDX",
  json: "Plimsoll's own JSON, without loss",
  list: "List of packages",
  github: "GitHub dependency snapshot",
};

const groups = ["CycloneDX", "SPDX", "Others"] as const;

function groupOf(label: string): (typeof groups)[number] {
  return groups.find((group) => label.includes(group)) ?? "Others";
}

export function SbomMenu({ imageId }: { imageId: string }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  const formats = Object.entries(labels);
  return (
    <Menu trigger={<Button icon="download">Download SBOM</Button>}>
      {groups.map((group) => (
        <Fragment key={group}>
          <MenuHeading>{group}</MenuHeading>
          {formats
            .filter(([, label]) => groupOf(label) === group)
            .map(([format, label]) => (
              <MenuEntry
                key={format}
                onSelect={() =>
                  window.location.assign(apiAddress(orgPath(org, "images", imageId, "sbom"), { format }))
                }
              >
                {label}
              </MenuEntry>
            ))}
        </Fragment>
      ))}
    </Menu>
  );
}

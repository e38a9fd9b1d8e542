/** The image's SBOM as a file, in the form that the reader's tools want. */
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { apiAddress, orgPath } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Menu, MenuEntry } from "../../parts/menu.tsx";

const formats = [
  { id: "cyclonedx", label: "CycloneDX" },
  { id: "spdx", label: "SPDX" },
  { id: "native", label: "Plimsoll's own" },
] as const;

export function SbomMenu({ imageId }: { imageId: string }): ReactElement {
  const { org } = useParams({ from: "/o/$org/images/$imageId" });
  return (
    <Menu trigger={<Button icon="download">Download SBOM</Button>}>
      {formats.map(({ id, label }) => (
        <MenuEntry
          key={id}
          onSelect={() =>
            window.location.assign(apiAddress(orgPath(org, "images", imageId, "sbom"), { format: id }))
          }
        >
          {label}
        </MenuEntry>
      ))}
    </Menu>
  );
}

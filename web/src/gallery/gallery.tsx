/** Every part once, in the states that it has. */
import type { ReactElement } from "react";
import { Breadcrumbs } from "../parts/breadcrumbs.tsx";
import { Button } from "../parts/button.tsx";
import { TextLink } from "../parts/link.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { ToastRegion } from "../parts/toast.tsx";
import { BadgesShow } from "./badges-show.tsx";
import { FormsShow } from "./forms-show.tsx";
import { OverlaysShow } from "./overlays-show.tsx";
import { SchemaShow } from "./schema-show.tsx";
import { StatesShow } from "./states-show.tsx";
import { TableShow } from "./table-show.tsx";

export function Gallery(): ReactElement {
  return (
    <main className="mx-auto max-w-6xl space-y-6 p-6">
      <PageHeader
        title="Parts"
        above={
          <Breadcrumbs>
            <TextLink to="/o/$org/images" params={{ org: "acme" }}>
              Images
            </TextLink>
            <span>Parts</span>
          </Breadcrumbs>
        }
        beside={<StatusBadge status="met" />}
        actions={
          <>
            <Button icon="edit">Edit</Button>
            <Button look="primary" icon="add">
              Add policy
            </Button>
          </>
        }
      >
        What pages are made of. Look at it in light and in dark, narrow and wide, with the keyboard alone.
      </PageHeader>
      <BadgesShow />
      <OverlaysShow />
      <FormsShow />
      <SchemaShow />
      <TableShow />
      <StatesShow />
      <ToastRegion />
    </main>
  );
}

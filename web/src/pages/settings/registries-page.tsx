/** Registries of the organisation: connecting one, and having it tell of pushes. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RegistryView } from "../../../../src/api/rest/registries.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Button } from "../../parts/button.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { ConnectRegistry } from "../registries/connect-registry.tsx";
import { RegistryList } from "../registries/registry-list.tsx";
import { RegistrySettings } from "../registries/registry-settings.tsx";

export function RegistriesPage(): ReactElement {
  const { org, may } = useOrg();
  const [open, setOpen] = useState<RegistryView | "new" | null>(null);
  const registries = useQuery({
    queryKey: orgKey(org, "registries"),
    queryFn: ({ signal }) =>
      get<{ registries: readonly RegistryView[] }>(orgPath(org, "registries"), { signal }),
  });
  const connect = may("manage-repositories") ? (
    <Button look="primary" icon="add" onClick={() => setOpen("new")}>
      Connect registry
    </Button>
  ) : null;
  return (
    <>
      <PageHeader title="Registries" actions={connect}>
        Where images come from. A connected registry tells of every push, and what is pushed to an enabled
        repository is analysed.
      </PageHeader>
      <QueryView query={registries} what="registries">
        {({ registries: rows }) =>
          rows.length === 0 ? (
            <EmptyState title="No registry yet" icon="image" action={connect}>
              {connect === null
                ? "People with the role editor, security or owner connect registries."
                : "Connect the registry that you push to: Debian's docker-registry, or any other that speaks the distribution API."}
            </EmptyState>
          ) : (
            <RegistryList registries={rows} onSettings={setOpen} />
          )
        }
      </QueryView>
      {open === "new" && <ConnectRegistry onClose={() => setOpen(null)} />}
      {open !== null && open !== "new" && <RegistrySettings registry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

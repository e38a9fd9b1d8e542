/** Around the pages of the settings: which of them there are. */
import { Navigate, Outlet } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { PageTabs, TabLink } from "../parts/page-tabs.tsx";
import { useOrg } from "./use-org.ts";

export function SettingsLayout(): ReactElement {
  const { org } = useOrg();
  const params = { org };
  return (
    <>
      <PageTabs label="Settings">
        <TabLink to="/o/$org/settings/registries" params={params}>
          Registries
        </TabLink>
        <TabLink to="/o/$org/settings/repositories" params={params}>
          Repositories
        </TabLink>
        <TabLink to="/o/$org/settings/members" params={params}>
          Members
        </TabLink>
        <TabLink to="/o/$org/settings/tokens" params={params}>
          Tokens
        </TabLink>
        <TabLink to="/o/$org/settings/webhooks" params={params}>
          Webhooks
        </TabLink>
        <TabLink to="/o/$org/settings/database" params={params}>
          Database
        </TabLink>
      </PageTabs>
      <Outlet />
    </>
  );
}

/** The settings without a page: the first of them. */
export function SettingsHome(): ReactElement {
  const { org } = useOrg();
  return <Navigate to="/o/$org/settings/registries" params={{ org }} search={{}} replace />;
}

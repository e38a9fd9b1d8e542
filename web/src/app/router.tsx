/** Every address of the dashboard, and the page that is loaded for it. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { readSearch, writeSearch, type Search } from "./search.ts";
import { NotFound } from "./not-found.tsx";
import { PageFailed } from "./page-failed.tsx";
import { RootLayout } from "./root-layout.tsx";
import { HomeRedirect } from "./home-redirect.tsx";
import { OrgShell } from "./org-shell.tsx";
import { SettingsHome, SettingsLayout } from "./settings-layout.tsx";

interface RouterContext {
  readonly queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: RootLayout,
  validateSearch: (search): Search => search as Search,
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: lazyRouteComponent(() => import("../pages/login/login-page.tsx"), "LoginPage"),
});

/** The link of an invitation is `/redeem#TOKEN`. */
const redeemRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/redeem",
  component: lazyRouteComponent(() => import("../pages/login/login-page.tsx"), "LoginPage"),
});

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: HomeRedirect });

const orgRoute = createRoute({ getParentRoute: () => rootRoute, path: "/o/$org", component: OrgShell });

const orgHomeRoute = createRoute({ getParentRoute: () => orgRoute, path: "/", component: HomeRedirect });

const overviewRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/overview",
  component: lazyRouteComponent(() => import("../pages/overview/overview-page.tsx"), "OverviewPage"),
});

const policiesRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/policies",
  component: lazyRouteComponent(() => import("../pages/policies/policies-page.tsx"), "PoliciesPage"),
});

const policyNewRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/policies/new",
  component: lazyRouteComponent(() => import("../pages/policy-new/policy-new-page.tsx"), "PolicyNewPage"),
});

const policyRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/policies/$policyId",
  component: lazyRouteComponent(() => import("../pages/policy/policy-page.tsx"), "PolicyPage"),
});

const imagesRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/images",
  component: lazyRouteComponent(() => import("../pages/images/images-page.tsx"), "ImagesPage"),
});

const imageRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/images/$imageId",
  component: lazyRouteComponent(() => import("../pages/image/image-page.tsx"), "ImagePage"),
});

const exceptionsRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/exceptions",
  component: lazyRouteComponent(() => import("../pages/exceptions/exceptions-page.tsx"), "ExceptionsPage"),
});

const eventsRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/events",
  component: lazyRouteComponent(() => import("../pages/events/events-page.tsx"), "EventsPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("../pages/account/account-page.tsx"), "AccountPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: "/settings",
  component: SettingsLayout,
});

const settingsHomeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  component: SettingsHome,
});

const registriesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/registries",
  component: lazyRouteComponent(() => import("../pages/settings/registries-page.tsx"), "RegistriesPage"),
});

const repositoriesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/repositories",
  component: lazyRouteComponent(() => import("../pages/settings/repositories-page.tsx"), "RepositoriesPage"),
});

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/members",
  component: lazyRouteComponent(() => import("../pages/settings/members-page.tsx"), "MembersPage"),
});

const tokensRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/tokens",
  component: lazyRouteComponent(() => import("../pages/settings/tokens-page.tsx"), "TokensPage"),
});

const webhooksRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("../pages/settings/webhooks-page.tsx"), "WebhooksPage"),
});

const databaseRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/database",
  component: lazyRouteComponent(() => import("../pages/settings/database-page.tsx"), "DatabasePage"),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  redeemRoute,
  homeRoute,
  orgRoute.addChildren([
    orgHomeRoute,
    overviewRoute,
    policiesRoute,
    policyNewRoute,
    policyRoute,
    imagesRoute,
    imageRoute,
    exceptionsRoute,
    eventsRoute,
    accountRoute,
    settingsRoute.addChildren([
      settingsHomeRoute,
      registriesRoute,
      repositoriesRoute,
      membersRoute,
      tokensRoute,
      webhooksRoute,
      databaseRoute,
    ]),
  ]),
]);

/** The router of the page; `history` is the browser's own but in the gallery of parts. */
export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

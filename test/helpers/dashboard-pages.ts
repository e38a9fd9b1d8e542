/** Every page of the dashboard, with something on it and with nothing: what pictures are taken of, and what the test loads. */
import type { DashboardContent } from "./dashboard-content.ts";

export interface DashboardPage {
  /** File name of its picture. */
  readonly name: string;
  readonly path: string;
  /** Its heading of the first level. */
  readonly heading: string | RegExp;
  /** Role and name of something that is there once the page has what it shows. */
  readonly shows: readonly [
    role: "button" | "heading" | "link" | "list" | "searchbox" | "table" | "tab" | "textbox",
    name: string | RegExp,
  ];
  /** For somebody who is not signed in. */
  readonly isPublic?: true;
}

export function dashboardPages({ image, hostile, full }: DashboardContent): readonly DashboardPage[] {
  const shop = /acme\/shop:2\.4\.0/;
  return [
    page("overview", "/o/acme/overview", "Overview", ["list", "Recent verdict changes"]),
    page("overview-many", "/o/many/overview", "Overview", ["list", "Images that count"]),
    page("overview-fresh", "/o/fresh/overview", "Overview", ["heading", "Three steps to the first image"]),
    page("policies", "/o/acme/policies", "Policies", ["table", "Policies"]),
    page("policy-types", "/o/acme/policies/new", "Add policy", ["list", "Policy types"]),
    page("policy-form", "/o/acme/policies/new?type=approved-base-images", "Add policy", ["textbox", /^Name/]),
    page("images", "/o/acme/images", "Images", ["table", "Images"]),
    page("images-many", "/o/many/images", "Images", ["table", "Images"]),
    page("images-fresh", "/o/fresh/images", "Images", ["searchbox", /^Filter/]),
    page("image", `/o/acme/images/${image}`, shop, ["list", "Results of policies"]),
    page("image-vulnerabilities", `/o/acme/images/${image}?tab=vulnerabilities`, shop, [
      "list",
      "Vulnerabilities",
    ]),
    page("image-packages", `/o/acme/images/${image}?tab=packages`, shop, ["table", "Packages"]),
    page("image-layers", `/o/acme/images/${image}?tab=layers`, shop, ["list", "Layers"]),
    page("image-coverage", `/o/acme/images/${image}?tab=inventory`, shop, [
      "list",
      "Unexplained executables",
    ]),
    page("image-history", `/o/acme/images/${image}?tab=history`, shop, ["list", /^Verdicts/]),
    page("image-many-findings", `/o/many/images/${full}?tab=vulnerabilities`, /everything/, [
      "list",
      "Vulnerabilities",
    ]),
    page("image-many-packages", `/o/many/images/${full}?tab=packages`, /everything/, ["table", "Packages"]),
    page("image-hostile", `/o/acme/images/${hostile}`, /hostile/, ["list", "Results of policies"]),
    page("exceptions", "/o/acme/exceptions", "Exceptions", ["list", "Exceptions"]),
    page("exceptions-approved", "/o/acme/exceptions?state=approved", "Exceptions", ["list", "Exceptions"]),
    page("exceptions-fresh", "/o/fresh/exceptions", "Exceptions", ["tab", "Waiting"]),
    page("events", "/o/acme/events", "Events", ["list", "Events"]),
    page("account", "/o/acme/account", "Your account", ["table", "Tokens"]),
    ...settingsPages,
    page("not-found", "/o/acme/nothing-here", "Page not found", ["link", "Go to the overview"]),
    { ...page("sign-in", "/login", "Sign in", ["button", "Sign in"]), isPublic: true },
    { ...page("redeem", "/redeem#plinv_x", "Choose a password", ["button", /password/]), isPublic: true },
  ];
}

function page(
  name: string,
  path: string,
  heading: DashboardPage["heading"],
  shows: DashboardPage["shows"],
): DashboardPage {
  return { name, path, heading, shows };
}

const settingsPages: readonly DashboardPage[] = [
  page("settings-registries", "/o/acme/settings/registries", "Registries", ["list", "Registries"]),
  page("settings-registries-fresh", "/o/fresh/settings/registries", "Registries", [
    "button",
    "Connect registry",
  ]),
  page("settings-repositories", "/o/acme/settings/repositories", "Repositories", ["table", "Repositories"]),
  page("settings-repositories-fresh", "/o/fresh/settings/repositories", "Repositories", [
    "link",
    "Go to registries",
  ]),
  page("settings-members", "/o/acme/settings/members", "Members", ["table", "Members"]),
  page("settings-tokens", "/o/acme/settings/tokens", "Service tokens", ["table", "Tokens"]),
  page("settings-webhooks", "/o/acme/settings/webhooks", "Webhooks", ["list", "Webhooks"]),
  page("settings-database", "/o/acme/settings/database", "Vulnerability database", ["table", "Feeds"]),
];

/**
 * Nexus Repository: the repository webhook for components, signed. It tells a version, which for Docker is the tag, and nothing of the
 * digest. In references the repository of Nexus stands in the path only where path-based routing is on.
 */
import { z } from "zod";
import { apiRoot, basicHeader, listPages, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type {
  AskApi,
  ListingPlace,
  NotificationContext,
  NotificationReading,
  RegistryKind,
} from "../types.ts";

export const nexus: RegistryKind = Object.freeze<RegistryKind>({
  id: "nexus",
  title: "Sonatype Nexus Repository",
  specs: [
    "https://help.sonatype.com/en/enabling-a-repository-webhook-capability.html",
    "https://help.sonatype.com/en/example-headers-and-payloads.html",
    "https://help.sonatype.com/en/components-api.html",
  ],
  version: 1,
  status: "documented",
  setup:
    "For each Docker repository the capability _Webhook: Repository_ with the event type _component_ and the secret key. Name the repositories as spaces.",
  proof: {
    kind: "signature",
    header: "x-nexus-webhook-signature",
    algorithm: "sha1",
    prefix: "",
    signsCompact: true,
  },
  notificationMediaTypes: ["application/json"],
  listing: { kind: "api", spec: "https://help.sonatype.com/en/components-api.html", list },
  spaceInPath: false,
  readNotification,
});

const notification = z.object({
  timestamp: shortText,
  initiator: shortText.nullish(),
  repositoryName: shortText,
  action: z.string().max(100),
  component: z
    .object({
      id: shortText.nullish(),
      format: z.string().max(100),
      name: shortText,
      version: shortText.nullish(),
    })
    .optional(),
});

function readNotification(body: unknown, { settings }: NotificationContext): NotificationReading {
  const read = parseNotification(notification, body, "a repository webhook of Nexus");
  const { component, repositoryName: space, action, timestamp, initiator = null } = read;
  const isOurs = settings.spaces.length === 0 || settings.spaces.includes(space);
  const isPush = action === "CREATED" || action === "UPDATED";
  if (component?.format !== "docker" || !isOurs || !isPush) return { pushes: [], ignored: 1, problems: [] };
  return readToldPushes([
    {
      id: component.id ?? "",
      repository: (settings.spaceInPath ?? false) ? `${space}/${component.name}` : component.name,
      tag: component.version ?? null,
      digest: null,
      mediaType: null,
      // `admin/127.0.0.1`
      actor: initiator?.split("/", 1)[0] ?? null,
      at: fromText(timestamp),
    },
  ]);
}

const components = z.object({
  items: z.array(z.object({ format: pathText, name: pathText })).max(10_000),
  continuationToken: z.string().max(4000).nullable(),
});

async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const { spaceInPath } = place.settings;
  const headers = { accept: "application/json", ...basicHeader(place) };
  const names = new Set<string>();
  for (const space of requireSpaces(place, "Docker repositories of Nexus")) {
    const query = new URLSearchParams({ repository: space });
    const url = `${apiRoot(place)}/service/rest/v1/components?${query.toString()}`;
    const found = await listPages(ask, { url, headers }, (answer, asked) => {
      const { items, continuationToken: token } = readAnswer(components, answer, asked.url);
      const following = new URL(url);
      following.searchParams.set("continuationToken", token ?? "");
      return {
        // One row a tag.
        names: [...new Set(items.filter(({ format }) => format === "docker").map(({ name }) => name))],
        next: token === null || token === "" ? null : { url: following.href, headers },
      };
    });
    for (const name of found) names.add((spaceInPath ?? false) ? `${space}/${name}` : name);
  }
  return [...names];
}

/** Harbor: webhooks of a project in its own format or as CloudEvents, and the list of repositories of its API. */
import { z } from "zod";
import { apiRoot, basicHeader, listPages, pathText, readAnswer } from "../api-pages.ts";
import { fromSeconds, fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { AskApi, ListingPlace, NotificationReading, RegistryKind } from "../types.ts";

export const harbor: RegistryKind = Object.freeze<RegistryKind>({
  id: "harbor",
  title: "Harbor",
  specs: [
    "https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/",
    "https://goharbor.io/docs/main/build-customize-contribute/configure-swagger/",
  ],
  version: 1,
  status: "documented",
  setup:
    "In each project a webhook for _Artifact pushed_, of either payload format, with `Bearer TOKEN` as its auth header.",
  proof: { kind: "token" },
  notificationMediaTypes: ["application/json", "application/cloudevents+json"],
  listing: {
    kind: "api",
    spec: "https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml",
    list,
  },
  spaceInPath: null,
  readNotification,
});

/** A push of one artifact tells each of its tags. */
const RESOURCES_MAX = 1000;

const content = z.object({
  resources: z
    .array(z.object({ digest: shortText, tag: shortText.nullish(), resource_url: shortText.nullish() }))
    .max(RESOURCES_MAX)
    .default([]),
  repository: z.object({ repo_full_name: shortText }).nullish(),
});
const own = z.object({
  type: z.string().max(100),
  occur_at: z.number().min(0).max(8_640_000_000_000),
  operator: shortText.nullish(),
  event_data: content.nullish(),
});
const cloudEvent = z.object({
  specversion: z.string().max(20),
  id: shortText,
  type: z.string().max(100),
  time: shortText,
  operator: shortText.nullish(),
  data: content.nullish(),
});

function readNotification(body: unknown): NotificationReading {
  const isCloudEvent = typeof body === "object" && body !== null && "specversion" in body;
  if (!isCloudEvent) {
    const { type, occur_at: at, operator, event_data: told } = parseNotification(own, body, WHAT);
    return read(type === "PUSH_ARTIFACT", told, { id: "", at: fromSeconds(at), actor: operator ?? null });
  }
  const { type, id, time, operator, data } = parseNotification(cloudEvent, body, WHAT);
  return read(type === "harbor.artifact.pushed", data, { id, at: fromText(time), actor: operator ?? null });
}

const WHAT = "a webhook of Harbor";

function read(
  isPush: boolean,
  told: z.output<typeof content> | null | undefined,
  event: { readonly id: string; readonly at: Date; readonly actor: string | null },
): NotificationReading {
  const repository = told?.repository?.repo_full_name;
  if (!isPush || repository === undefined) return { pushes: [], ignored: 1, problems: [] };
  return readToldPushes(
    (told?.resources ?? []).map(({ digest, tag = null, resource_url: url }) => ({
      ...event,
      host: url?.split("/", 1)[0] ?? null,
      repository,
      // Without a tag the digest stands in its place.
      tag: tag === digest ? null : tag,
      digest,
      mediaType: null,
    })),
  );
}

const repositories = z.array(z.object({ name: pathText })).max(1000);
const PAGE = 100;

/** Of the projects that are named, else of all that the account sees. */
async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const root = `${apiRoot(place)}/api/v2.0`;
  const { spaces } = place.settings;
  const lists =
    spaces.length === 0
      ? [`${root}/repositories`]
      : spaces.map((project) => `${root}/projects/${encodeURIComponent(project)}/repositories`);
  const headers = { accept: "application/json", ...basicHeader(place) };
  const names: string[] = [];
  for (const address of lists) {
    let page = 1;
    const first = { url: `${address}?page=1&page_size=${PAGE}`, headers };
    const found = await listPages(ask, first, (answer, asked) => {
      const rows = readAnswer(repositories, answer, asked.url);
      page += 1;
      const url = `${address}?page=${page}&page_size=${PAGE}`;
      return { names: rows.map(({ name }) => name), next: rows.length < PAGE ? null : { url, headers } };
    });
    names.push(...found);
  }
  return names;
}

/** Quay: the notification _Push to Repository_ as a webhook, which tells tags and no digests, and the list of repositories of its API. */
import { z } from "zod";
import { apiRoot, listPages, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { AskApi, ListingPlace, NotificationReading, RegistryKind } from "../types.ts";

export const quay: RegistryKind = Object.freeze<RegistryKind>({
  id: "quay",
  title: "Quay",
  specs: [
    "https://docs.projectquay.io/use_quay.html#repository-notifications",
    "https://docs.projectquay.io/api_quay.html",
  ],
  version: 1,
  status: "documented",
  setup:
    "For each repository a notification _Push to Repository_, _Webhook POST_, to the address that holds the key. With the user name `$oauthtoken` the password is a token that lists repositories too.",
  proof: { kind: "address" },
  notificationMediaTypes: ["application/json"],
  listing: { kind: "api", spec: "https://docs.projectquay.io/api_quay.html#listrepos", list },
  spaceInPath: null,
  readNotification,
});

const TAGS_MAX = 1000;
const tagName = z.string().max(500);

const notification = z.object({
  repository: shortText,
  docker_url: shortText.nullish(),
  // Older versions tell a record of tags and image ids.
  updated_tags: z.union([z.array(tagName).max(TAGS_MAX), z.record(tagName, z.unknown())]).default([]),
});
/** Other notifications of a repository: builds, vulnerabilities, mirrors. */
const other = z.object({ repository: shortText, updated_tags: z.undefined().optional() });

function readNotification(body: unknown): NotificationReading {
  if (other.safeParse(body).success) return { pushes: [], ignored: 1, problems: [] };
  const read = parseNotification(notification, body, "a repository notification of Quay");
  const tags = Array.isArray(read.updated_tags) ? read.updated_tags : Object.keys(read.updated_tags);
  const host = read.docker_url?.split("/", 1)[0] ?? null;
  return readToldPushes(
    tags.slice(0, TAGS_MAX).map((tag) => ({
      id: "",
      host,
      repository: read.repository,
      tag,
      digest: null,
      mediaType: null,
      actor: null,
      at: null,
    })),
    Math.max(tags.length - TAGS_MAX, 0),
  );
}

const repositories = z.object({
  repositories: z.array(z.object({ namespace: pathText, name: pathText })).max(1000),
  next_page: z.string().max(4000).nullish(),
});

async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const { signIn } = place;
  const isToken = signIn?.username === "$oauthtoken";
  const headers = {
    accept: "application/json",
    ...(isToken ? { authorization: `Bearer ${signIn.password}` } : {}),
  };
  const names: string[] = [];
  for (const namespace of requireSpaces(place, "name spaces of Quay")) {
    const url = new URL(`${apiRoot(place)}/api/v1/repository`);
    url.searchParams.set("namespace", namespace);
    const found = await listPages(ask, { url: url.href, headers }, (answer, asked) => {
      const { repositories: rows, next_page: token } = readAnswer(repositories, answer, asked.url);
      const following = new URL(url);
      following.searchParams.set("next_page", token ?? "");
      return {
        names: rows.map((row) => `${row.namespace}/${row.name}`),
        next: token === null || token === undefined || token === "" ? null : { url: following.href, headers },
      };
    });
    names.push(...found);
  }
  return names;
}

/**
 * Docker Hub: one webhook a repository, which tells of a tag and nothing of its digest, and carries neither signature nor header of
 * one's own. Its repositories are listed by name space.
 */
import { z } from "zod";
import { apiRoot, listPages, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { fromSeconds, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { AskApi, ListingPlace, NotificationReading, RegistryKind } from "../types.ts";

export const dockerHub: RegistryKind = Object.freeze<RegistryKind>({
  id: "docker-hub",
  title: "Docker Hub",
  specs: [
    "https://docs.docker.com/docker-hub/repos/manage/webhooks/",
    "https://docs.docker.com/reference/api/hub/latest/",
  ],
  version: 1,
  status: "documented",
  setup:
    "A webhook of each repository, with the address that holds the key. Docker Hub signs nothing, so the address is all that proves it; what it tells is looked up at the registry.",
  proof: { kind: "address" },
  notificationMediaTypes: ["application/json"],
  listing: { kind: "api", spec: "https://docs.docker.com/reference/api/hub/latest/", list },
  spaceInPath: null,
  readNotification,
});

const notification = z.object({
  push_data: z.object({
    pushed_at: z.number().min(0).max(8_640_000_000_000),
    pusher: shortText.nullish(),
    tag: shortText.nullish(),
  }),
  repository: z.object({ repo_name: shortText }),
});

function readNotification(body: unknown): NotificationReading {
  const { push_data: push, repository } = parseNotification(notification, body, "a webhook of Docker Hub");
  const at = fromSeconds(push.pushed_at);
  const tag = push.tag ?? null;
  return readToldPushes([
    {
      id: "",
      repository: repository.repo_name,
      tag,
      digest: null,
      mediaType: null,
      actor: push.pusher ?? null,
      at,
    },
  ]);
}

const signedIn = z.object({ access_token: z.string().min(1).max(20_000) });
const page = z.object({
  next: z.string().max(4000).nullable(),
  results: z.array(z.object({ name: pathText, namespace: pathText })).max(1000),
});

/** The name spaces that are named, else the one of the account. */
async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const { signIn } = place;
  const root = apiRoot(place, { "docker.io": "https://hub.docker.com" });
  const own = signIn?.username ?? null;
  const isOwn = place.settings.spaces.length === 0 && own !== null;
  const spaces = isOwn ? [own] : requireSpaces(place, "name spaces of Docker Hub");
  const headers = signIn === null || own === null ? {} : await signInAt(ask, root, own, signIn.password);
  const names: string[] = [];
  for (const space of spaces) {
    const url = `${root}/v2/namespaces/${encodeURIComponent(space)}/repositories?page_size=100`;
    const found = await listPages(ask, { url, headers }, (answer, asked) => {
      const { next, results } = readAnswer(page, answer, asked.url);
      // What it calls next may name another host, which would get the token.
      const following = next === null ? null : URL.parse(next);
      const isSame = following?.origin === new URL(root).origin;
      return {
        names: results.map(({ name, namespace }) => `${namespace}/${name}`),
        next: isSame ? { url: following.href, headers } : null,
      };
    });
    names.push(...found);
  }
  return names;
}

async function signInAt(
  ask: AskApi,
  root: string,
  identifier: string,
  secret: string,
): Promise<Readonly<Record<string, string>>> {
  const url = `${root}/v2/auth/token`;
  const answer = await ask({
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ identifier, secret }),
  });
  return { authorization: `Bearer ${readAnswer(signedIn, answer, url).access_token}` };
}

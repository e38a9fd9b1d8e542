/**
 * GitLab's container registry: a distribution registry, whose notifications the administrator of an installation sends here; hooks of
 * projects and groups tell nothing of images. Repositories are listed by group.
 */
import { z } from "zod";
import { apiRoot, listPages, nextLink, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { readEnvelope } from "../distribution-event.ts";
import type { AskApi, ListingPlace, RegistryKind } from "../types.ts";

export const gitlab: RegistryKind = Object.freeze<RegistryKind>({
  id: "gitlab",
  title: "GitLab Container Registry",
  specs: [
    "https://docs.gitlab.com/administration/packages/container_registry/#configure-container-registry-notifications",
    "https://docs.gitlab.com/api/container_registry/",
  ],
  version: 1,
  status: "documented",
  setup:
    "An endpoint of `registry['notifications']` in `gitlab.rb` with the header `Authorization`; on gitlab.com, where nobody may set that, let it be polled. Name groups as spaces, and the address of GitLab itself.",
  proof: { kind: "token" },
  notificationMediaTypes: [
    "application/vnd.docker.distribution.events.v2+json",
    "application/vnd.docker.distribution.events.v1+json",
    "application/json",
  ],
  listing: {
    kind: "api",
    spec: "https://docs.gitlab.com/api/container_registry/#within-a-group",
    list,
  },
  spaceInPath: null,
  readNotification: readEnvelope,
});

const rows = z.array(z.object({ path: pathText })).max(1000);

async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const headers = {
    accept: "application/json",
    ...(place.signIn === null ? {} : { "private-token": place.signIn.password }),
  };
  const names: string[] = [];
  for (const group of requireSpaces(place, "groups of GitLab")) {
    const path = `groups/${encodeURIComponent(group)}/registry/repositories?per_page=100`;
    const url = `${apiRoot(place, { "registry.gitlab.com": "https://gitlab.com" })}/api/v4/${path}`;
    const found = await listPages(ask, { url, headers }, (answer, asked) => {
      const next = nextLink(answer.link, asked.url);
      return {
        names: readAnswer(rows, answer, asked.url).map((row) => row.path),
        next: next === null ? null : { url: next, headers },
      };
    });
    names.push(...found);
  }
  return names;
}

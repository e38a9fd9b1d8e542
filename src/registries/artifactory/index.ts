/**
 * Artifactory: webhooks of the domain `docker`, signed, and the catalog of each Docker repository. In references the repository of
 * Artifactory stands first in the path, or in the host name where it is set up so.
 */
import { z } from "zod";
import { apiRoot, basicHeader, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type {
  AskApi,
  ListingPlace,
  NotificationContext,
  NotificationReading,
  RegistryKind,
} from "../types.ts";

export const artifactory: RegistryKind = Object.freeze<RegistryKind>({
  id: "artifactory",
  title: "JFrog Artifactory",
  specs: [
    "https://docs.jfrog.com/administration/docs/event-types",
    "https://jfrog.com/help/r/jfrog-platform-administration-documentation/webhooks",
    "https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories",
  ],
  version: 1,
  status: "documented",
  setup:
    "A webhook for _Docker tag was pushed_ with the secret, and _Use secret for payload signing_ ticked. Name its Docker repositories as spaces.",
  proof: {
    kind: "signature",
    header: "x-jfrog-event-auth",
    algorithm: "sha256",
    prefix: "",
    signsCompact: false,
  },
  notificationMediaTypes: ["application/json"],
  listing: {
    kind: "api",
    spec: "https://jfrog.com/help/r/jfrog-rest-apis/list-docker-repositories",
    list,
  },
  spaceInPath: true,
  readNotification,
});

const notification = z.object({
  domain: z.string().max(100),
  event_type: z.string().max(100),
  data: z
    .object({
      repo_key: shortText,
      name: shortText.nullish(),
      sha256: shortText.nullish(),
      image_name: shortText.nullish(),
      tag: shortText.nullish(),
    })
    .loose(),
});

function readNotification(body: unknown, { settings }: NotificationContext): NotificationReading {
  const read = parseNotification(notification, body, "a webhook of Artifactory");
  const { repo_key: space, name, sha256, image_name: image, tag } = read.data;
  const isOurs = settings.spaces.length === 0 || settings.spaces.includes(space);
  if (read.domain !== "docker" || read.event_type !== "pushed" || !isOurs)
    return { pushes: [], ignored: 1, problems: [] };
  const isManifest = name === "manifest.json" || name === "list.manifest.json";
  const hasSpace = settings.spaceInPath ?? true;
  return readToldPushes([
    {
      id: "",
      repository: hasSpace ? `${space}/${image ?? ""}` : (image ?? ""),
      tag: tag ?? null,
      digest: isManifest && typeof sha256 === "string" && sha256 !== "" ? `sha256:${sha256}` : null,
      mediaType: name === "manifest.json" ? "application/vnd.oci.image.manifest.v1+json" : null,
      actor: null,
      // It tells no time and no id.
      at: null,
    },
  ]);
}

const catalog = z.object({ repositories: z.array(pathText).max(100_000) });

async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const { spaceInPath } = place.settings;
  const root = apiRoot(place);
  const api = root.endsWith("/artifactory") ? root : `${root}/artifactory`;
  const headers = { accept: "application/json", ...basicHeader(place) };
  const names: string[] = [];
  for (const space of requireSpaces(place, "Docker repositories of Artifactory")) {
    const url = `${api}/api/docker/${encodeURIComponent(space)}/v2/_catalog`;
    const { repositories } = readAnswer(catalog, await ask({ url, headers }), url);
    names.push(...repositories.map((name) => ((spaceInPath ?? true) ? `${space}/${name}` : name)));
  }
  return names;
}

/**
 * The CNCF distribution registry (docker-registry) and those that send its notifications: an envelope of events, each of one
 * action on one blob or manifest.
 */
import { readEnvelope } from "../distribution-event.ts";
import type { RegistryKind } from "../types.ts";

export const distribution: RegistryKind = Object.freeze<RegistryKind>({
  id: "distribution",
  title: "Distribution registry",
  specs: [
    "https://distribution.github.io/distribution/about/notifications/",
    "https://github.com/distribution/distribution/blob/main/notifications/event.go",
  ],
  version: 1,
  status: "tried",
  setup:
    "An endpoint below `notifications` of `config.yml`, with the token in its header `Authorization`; `plimsoll registry add` prints the lines.",
  proof: { kind: "token" },
  notificationMediaTypes: [
    "application/vnd.docker.distribution.events.v2+json",
    "application/vnd.docker.distribution.events.v1+json",
    "application/json",
  ],
  listing: { kind: "catalog" },
  spaceInPath: null,
  readNotification: readEnvelope,
});

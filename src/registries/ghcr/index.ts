/** GitHub's container registry: the events `registry_package` and `package` of an organisation's or repository's webhook, signed. */
import { z } from "zod";
import { apiRoot, listPages, nextLink, pathText, readAnswer, requireSpaces } from "../api-pages.ts";
import { fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type {
  AskApi,
  ListingPlace,
  NotificationContext,
  NotificationReading,
  RegistryKind,
} from "../types.ts";

export const ghcr: RegistryKind = Object.freeze<RegistryKind>({
  id: "ghcr",
  title: "GitHub Container Registry",
  specs: [
    "https://docs.github.com/en/webhooks/webhook-events-and-payloads#registry_package",
    "https://docs.github.com/en/webhooks/webhook-events-and-payloads#package",
    "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
  ],
  version: 1,
  status: "documented",
  setup:
    "A webhook of the organisation or repository with content type `application/json`, the secret, and the event _Registry packages_.",
  proof: {
    kind: "signature",
    header: "x-hub-signature-256",
    algorithm: "sha256",
    prefix: "sha256=",
    signsCompact: false,
  },
  notificationMediaTypes: ["application/json"],
  listing: {
    kind: "api",
    spec: "https://docs.github.com/en/rest/packages/packages#list-packages-for-an-organization",
    list,
  },
  spaceInPath: null,
  readNotification,
});

const told = z.object({
  name: shortText,
  package_type: shortText.nullish(),
  ecosystem: shortText.nullish(),
  owner: z.object({ login: shortText }),
  package_version: z
    .object({
      id: z.number().nullish(),
      version: shortText.nullish(),
      updated_at: shortText.nullish(),
      created_at: shortText.nullish(),
      container_metadata: z
        .object({
          tag: z.object({ name: shortText.nullish(), digest: shortText.nullish() }).nullish(),
          manifest: z.object({ media_type: shortText.nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
const notification = z.object({
  action: z.string().max(100),
  registry_package: told.optional(),
  package: told.optional(),
  sender: z.object({ login: shortText }).nullish(),
});

function readNotification(body: unknown, { header }: NotificationContext): NotificationReading {
  const event = header("x-github-event");
  // Other events of the same webhook, the first `ping` among them.
  if (event !== null && event !== "registry_package" && event !== "package")
    return { pushes: [], ignored: 1, problems: [] };
  const read = parseNotification(notification, body, "an event of GitHub about packages");
  const pkg = read.registry_package ?? read.package;
  const version = pkg?.package_version;
  const isContainer = [pkg?.package_type, pkg?.ecosystem].some((word) => word?.toLowerCase() === "container");
  if (pkg === undefined || version === null || version === undefined || !isContainer || !isPush(read.action))
    return { pushes: [], ignored: 1, problems: [] };
  const { tag, manifest } = version.container_metadata ?? {};
  const digest = tag?.digest ?? version.version ?? null;
  return readToldPushes([
    {
      id: String(version.id ?? ""),
      // GitHub writes owners as they were made; references are lower case.
      repository: `${pkg.owner.login}/${pkg.name}`.toLowerCase(),
      tag: tag?.name ?? null,
      digest: digest === "" ? null : digest,
      mediaType: manifest?.media_type ?? null,
      actor: read.sender?.login ?? null,
      at: fromText(version.updated_at ?? version.created_at ?? ""),
    },
  ]);
}

function isPush(action: string): boolean {
  return action === "published" || action === "updated";
}

const packages = z.array(z.object({ name: pathText, owner: z.object({ login: pathText }) })).max(1000);

async function list(ask: AskApi, place: ListingPlace): Promise<readonly string[]> {
  const { signIn } = place;
  const root = apiRoot(place, { "ghcr.io": "https://api.github.com" });
  const headers = {
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    ...(signIn === null ? {} : { authorization: `Bearer ${signIn.password}` }),
  };
  const names: string[] = [];
  for (const owner of requireSpaces(place, "owners at GitHub")) {
    const query = "packages?package_type=container&per_page=100";
    const organisation = `${root}/orgs/${encodeURIComponent(owner)}/${query}`;
    // An account of a person is no organisation, and has its own address.
    const isThere = (await ask({ url: organisation, headers })).status !== 404;
    const url = isThere ? organisation : `${root}/users/${encodeURIComponent(owner)}/${query}`;
    const found = await listPages(ask, { url, headers }, (answer, asked) => {
      const next = nextLink(answer.link, asked.url);
      return {
        names: readAnswer(packages, answer, asked.url).map((row) =>
          `${row.owner.login}/${row.name}`.toLowerCase(),
        ),
        next: next === null ? null : { url: next, headers },
      };
    });
    names.push(...found);
  }
  return names;
}

/** An organisation whose registry tells the server of pushes, made as an owner makes one, and images to push. */
import { distributionSettings } from "../../src/cli/server/notification-settings.ts";
import type { ApiClient } from "./api-client.ts";
import { buildImage, type BuiltImage } from "./oci-image.ts";
import { file } from "./oci-tar.ts";
import { debianFiles } from "./walk-images.ts";

export interface ConnectedOrg {
  readonly org: string;
  /** Where the registry posts its notifications: `/api/v1/orgs/…`. */
  readonly notificationPath: string;
  /** A token that may tell of pushes and do nothing else. */
  readonly token: string;
}

export interface OrgWishes {
  readonly org: string;
  /** `127.0.0.1:PORT` of the registry, which need not run yet. It is spoken to without TLS. */
  readonly host: string;
  readonly repositories: readonly string[];
}

export async function connectOrg(
  api: ApiClient,
  { org, host, repositories }: OrgWishes,
): Promise<ConnectedOrg> {
  await api.must("POST", "/orgs", { name: org });
  const registry = await api.must("POST", `/orgs/${org}/registries`, { host, insecure: true });
  const wanted = { name: "registry", scopes: ["analyse"], expiresInDays: 1 };
  const { token } = await api.must("POST", `/orgs/${org}/tokens`, wanted);
  for (const name of repositories)
    await api.must("POST", `/orgs/${org}/repositories`, { registry: host, name });
  return { org, notificationPath: String(registry.notificationPath), token: String(token) };
}

/** Lines of a registry's config.yml, as `plimsoll registry add` prints them. `url`: where the notifications go. */
export function settingsFor({ org, token }: ConnectedOrg, url: string): string {
  return distributionSettings({ org, url, token });
}

/**
 * A Debian 12 root with `packages` packages beside the four that tests have advisories for, and an application on it. The same name
 * makes the same digests; two names share the first layer.
 */
export function applicationImage(name: string, packages: number): BuiltImage {
  const root = Object.entries(debianFiles(packages)).map(([path, text]) =>
    file(path.replace(/^root\//, ""), text),
  );
  return buildImage({
    layers: [
      { entries: root, createdBy: "ADD rootfs.tar.gz /" },
      {
        entries: [
          file("srv/app/package.json", JSON.stringify({ name, version: "1.0.0" })),
          file("srv/app/node_modules/left-pad/package.json", '{"name":"left-pad","version":"1.3.0"}'),
        ],
        createdBy: "COPY app /srv/app",
      },
    ],
    config: { User: "65532" },
  });
}

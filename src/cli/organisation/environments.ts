/** The environments of an organisation on the server: listed, and what runs in them recorded and removed. No image is fetched. */
import type { OrganisationEnvironmentsReport } from "../../api/known-image-reports.ts";
import { imageVerdictView } from "../../api/rest/checks.ts";
import { environmentImagePage, type EnvironmentImageView } from "../../api/rest/environment-images.ts";
import {
  environmentList,
  environmentView,
  recordAnswer,
  type EnvironmentView,
} from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import { parseReference } from "../../oci/reference.ts";
import type { ServerClient } from "../server/client.ts";

type Listed = OrganisationEnvironmentsReport["environments"][number];

/** A client, and the address of the organisation below the API's: `/orgs/acme`. */
export interface EnvironmentAccess {
  readonly client: ServerClient;
  readonly below: string;
}

/** `name` null: every environment, without its images. */
export async function listServerEnvironments(
  access: EnvironmentAccess,
  name: string | null,
): Promise<readonly Listed[]> {
  if (name === null) {
    const { environments } = await access.client.ask(
      { path: `${access.below}/environments` },
      environmentList,
    );
    return environments.map((each) => ({ name: each.name, imageCount: each.imageCount, images: null }));
  }
  const environment = await getEnvironment(access, name);
  const rows = await listImages(access, environment);
  const images = rows.map(({ imageId: _id, ...row }) => row);
  return [{ name, imageCount: environment.imageCount, images }];
}

/**
 * Records an image that the server knows; an environment that is not there is made. What it replaces (other images of the same
 * repository and platform) is removed, unless `keepOthers`. Returns the digest and the names of what was removed.
 */
export async function recordOnServer(
  access: EnvironmentAccess,
  {
    name,
    reference,
    keepOthers,
  }: { readonly name: string; readonly reference: string; readonly keepOthers: boolean },
): Promise<{ readonly digest: string; readonly replaced: readonly string[] }> {
  const { repository, digest } = await findOnServer(access, reference);
  const environment = (await findEnvironment(access, name)) ?? (await makeEnvironment(access, name));
  const before = await listImages(access, environment);
  const path = `${access.below}/environments/${environment.id}/images`;
  await access.client.ask({ method: "POST", path, body: { digest } }, recordAnswer);
  if (keepOthers) return { digest, replaced: [] };
  const after = await listImages(access, environment);
  const isOld = new Set(before.map(({ imageId }) => imageId));
  const platforms = new Set(
    after
      .filter((row) => row.repository === repository && !isOld.has(row.imageId))
      .map(({ platform }) => platform),
  );
  const replaced = before.filter((row) => row.repository === repository && platforms.has(row.platform));
  for (const row of replaced) await removeImage(access, environment, row);
  return { digest, replaced: replaced.map(nameOf) };
}

/** Removes what `reference` names, or with null the environment itself. Returns the names of what was removed. */
export async function removeOnServer(
  access: EnvironmentAccess,
  name: string,
  reference: string | null,
): Promise<readonly string[]> {
  const environment = await getEnvironment(access, name);
  if (reference === null) {
    await access.client.tell({ method: "DELETE", path: `${access.below}/environments/${environment.id}` });
    return [name];
  }
  const wanted = (await listImages(access, environment)).filter((row) =>
    [nameOf(row), row.repository, row.digest].includes(reference),
  );
  if (wanted.length === 0)
    throw new PlimsollError("SOURCE_NOT_FOUND", `${reference} is not in the environment ${name}.`);
  for (const row of wanted) await removeImage(access, environment, row);
  return wanted.map(nameOf);
}

async function removeImage(
  { client, below }: EnvironmentAccess,
  { id }: EnvironmentView,
  { imageId }: EnvironmentImageView,
): Promise<void> {
  await client.tell({ method: "DELETE", path: `${below}/environments/${id}/images/${imageId}` });
}

/** Repository and digest of what was pushed under a reference, as the server was told. */
async function findOnServer(
  { client, below }: EnvironmentAccess,
  text: string,
): Promise<{ readonly repository: string; readonly digest: string }> {
  const { repository, tag, digest: written } = parseReference(text.replace(/^registry:\/\//, ""));
  const named = written === null ? { tag: tag ?? "latest" } : { digest: written };
  const { digest } = await client.ask(
    { path: `${below}/verdict`, query: { repository, ...named } },
    imageVerdictView,
  );
  return { repository, digest };
}

async function findEnvironment(
  { client, below }: EnvironmentAccess,
  name: string,
): Promise<EnvironmentView | null> {
  const { environments } = await client.ask({ path: `${below}/environments` }, environmentList);
  return environments.find((each) => each.name === name) ?? null;
}

async function getEnvironment(access: EnvironmentAccess, name: string): Promise<EnvironmentView> {
  const found = await findEnvironment(access, name);
  if (found !== null) return found;
  throw new PlimsollError("SOURCE_NOT_FOUND", `There is no environment ${name} on the server.`);
}

function makeEnvironment({ client, below }: EnvironmentAccess, name: string): Promise<EnvironmentView> {
  return client.ask({ method: "POST", path: `${below}/environments`, body: { name } }, environmentView);
}

async function listImages(
  { client, below }: EnvironmentAccess,
  { id }: EnvironmentView,
): Promise<EnvironmentImageView[]> {
  const rows: EnvironmentImageView[] = [];
  let cursor: string | undefined;
  do {
    const path = `${below}/environments/${id}/images`;
    const page = await client.ask({ path, query: { cursor, limit: "200" } }, environmentImagePage);
    rows.push(...page.entries);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < IMAGES_MAX);
  return rows;
}

/** A server that repeats a page does not end. */
const IMAGES_MAX = 100_000;

function nameOf({ repository, tag, digest }: EnvironmentImageView): string {
  return tag === null ? `${repository}@${digest}` : `${repository}:${tag}`;
}

/**
 * What Harbor asks to be scanned, found among the organisation's own repositories. The id of a scan says where the image is, so nothing
 * is kept of it: the image is judged whenever something changes, and each report is what holds then.
 */
import type { HarborScanRequest } from "../../api/rest/harbor.ts";
import { PlimsollError } from "../../domain/error.ts";
import { canonicalHost } from "../../registries/known-reference.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { listRegistries } from "../../store/stores/registries.ts";
import { findPushedDigest } from "../../store/views/pushed-images.ts";
import { findRepositoryByName } from "../../store/views/repositories.ts";
import { requestAnalysisOf, type AnalysisContext } from "../analysis-requests.ts";

export interface Scan {
  /** uuid */
  readonly repositoryId: string;
  readonly digest: string;
}

/** Shape of ids: a uuid and the digest's hexadecimal digits, with `_` between. */
export const scanIdPattern = /^([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})_([0-9a-f]{64})$/;

export function writeScanId({ repositoryId, digest }: Scan): string {
  return `${repositoryId}_${digest.replace("sha256:", "")}`;
}

/** @throws PlimsollError NOT_FOUND */
export function readScanId(id: string): Scan {
  const [, repositoryId, hex] = scanIdPattern.exec(id) ?? [];
  if (repositoryId === undefined || hex === undefined)
    throw new PlimsollError("NOT_FOUND", "There is no such scan.");
  return { repositoryId, digest: `sha256:${hex}` };
}

/** What is not known yet is analysed. @throws PlimsollError REGISTRY_UNKNOWN, REPOSITORY_NOT_ENABLED, REFERENCE_INVALID */
export async function startScan(
  context: AnalysisContext,
  { registry, artifact }: HarborScanRequest,
): Promise<Scan> {
  const { tx, orgId } = context;
  const { repository: name, digest } = artifact;
  const host = await hostOf(tx, orgId, registry.url);
  const repository = await findRepositoryByName(tx, orgId, { host, name });
  const known =
    repository?.enabled === true
      ? await findPushedDigest(tx, orgId, { repositoryId: repository.id, digest, tag: null })
      : null;
  const isDone =
    known !== null && known.images.length > 0 && known.images.every(({ state }) => state === "analysed");
  if (repository === null || !isDone)
    await requestAnalysisOf(context, { reference: `${host}/${name}@${digest}` });
  // Without a repository it was refused.
  if (repository === null)
    throw new PlimsollError("REPOSITORY_NOT_ENABLED", `${host}/${name} is not enabled.`);
  return { repositoryId: repository.id, digest };
}

/** Harbor names itself by the address that its core has inside: where only one Harbor is connected, that one is meant. */
async function hostOf(tx: StoreTransaction, orgId: string, url: string): Promise<string> {
  const parsed = URL.parse(url);
  if (parsed === null) throw new PlimsollError("REFERENCE_INVALID", "The address of the registry is none.");
  const registries = await listRegistries(tx, orgId);
  const host = canonicalHost(parsed.host);
  if (registries.some((each) => each.host === host)) return host;
  const [only, ...others] = registries.filter(({ kind }) => kind === "harbor");
  return only !== undefined && others.length === 0 ? only.host : host;
}

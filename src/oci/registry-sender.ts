/** Requests to registries by repository: where each is, who is asking, and mirrors before it. */
import type { HttpResponse } from "../io/http.ts";
import type { RegistryClientOptions, RepositoryName } from "./registry-options.ts";
import { isDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { apiHostOf } from "./reference.ts";
import { findBaseUrl } from "./registry-address.ts";
import { registryRoute } from "./registry-certificates.ts";
import { refusal } from "./registry-failure.ts";
import {
  createSession,
  type RegistryActions,
  type Session,
  type SessionRequest,
} from "./registry-session.ts";

/** One request to a repository's registry; any status not expected is an OciError. */
export type Send = (
  repository: RepositoryName,
  request: SessionRequest,
  expected?: readonly number[],
) => Promise<HttpResponse>;

/** Sessions by repository, addresses by registry; both found once. */
export function createSender(options: RegistryClientOptions, actions: RegistryActions = "pull"): Send {
  const sessions = new Map<string, Promise<Session>>();
  const limits = options.limits ?? {};
  const { insecureRegistries, signal, credentials } = options;
  async function open({ registry, path }: RepositoryName): Promise<Session> {
    const host = apiHostOf(registry);
    const route = await registryRoute(host, options.certificateFolders ?? [], options.certificateUse);
    const baseUrl = await findBaseUrl(host, { insecureRegistries, signal, limits, route });
    const session = { registry, path, baseUrl, credentials, insecureRegistries, signal, limits, route };
    return createSession({ ...session, actions });
  }
  async function ask(repository: RepositoryName, request: SessionRequest): Promise<HttpResponse> {
    const key = `${repository.registry}/${repository.path}`;
    const session = sessions.get(key) ?? open(repository);
    sessions.set(key, session);
    return (await session)(request);
  }
  const silent = new Set<string>();
  /** A mirror's own name is what sign-ins are looked up by, so that it never gets those of the registry. Null: it does not have it. */
  async function askMirror(
    mirror: string,
    path: string,
    request: SessionRequest,
  ): Promise<HttpResponse | null> {
    if (silent.has(mirror)) return null;
    try {
      const response = await ask({ registry: mirror, path }, request);
      if (response.status === 200 || response.status === 206) return response;
      await response.discard();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof OciError)) throw error;
      // Every further request would wait for it again.
      if (error.code === "REGISTRY_UNREACHABLE") silent.add(mirror);
    }
    return null;
  }
  return async (repository, request, expected = [200]) => {
    for (const mirror of options.mirrors?.[repository.registry] ?? []) {
      const answer = await askMirror(mirror, repository.path, request);
      if (answer !== null) return answer;
    }
    const response = await ask(repository, request);
    if (expected.includes(response.status)) return response;
    throw await refusal(response, request.asked, null);
  };
}

/** `registry/path:tag` or `registry/path@sha256:…`, for people. */
export function nameOf({ registry, path }: RepositoryName, what: string): string {
  return `${registry}/${path}${isDigest(what) ? "@" : ":"}${what}`;
}

/** What policies on the server ask of the outside, by the operator's settings: SonarQube, and lists of supported tags. */
import type { BaseSupportSource, QualityGateSource } from "../../domain/policy-ports.ts";
import { readTagFiles } from "../../config/tag-files.ts";
import { askSonarQube } from "../../io/sonarqube.ts";
import { readTagLists, supportOf } from "../../policies/shared/supported-tags.ts";
import type { WorkerContext } from "../context.ts";

const TIMEOUT_MS = 60_000;

/** One question for each evaluation of an image whose organisation has such a policy. */
export function qualityGates({
  sonarQube = null,
  isOffline = false,
}: WorkerContext["config"]): QualityGateSource {
  return async (revision) => {
    if (sonarQube === null)
      return { reason: "no quality gate is configured on the server: PLIMSOLL_SONARQUBE_URL is not set" };
    if (isOffline) return { reason: "PLIMSOLL_OFFLINE is set on the server, so no quality gate was asked" };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await askSonarQube(revision, { ...sonarQube, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      return { reason: "SonarQube did not answer within a minute" };
    }
  };
}

/** @throws PlimsollError CONFIG_INVALID when a list cannot be read */
export function baseSupport(files: readonly string[]): BaseSupportSource {
  return async ({ name, tag }) => {
    if (files.length === 0) {
      return {
        reason: "no list of supported tags is given on the server: PLIMSOLL_SUPPORTED_TAGS is not set",
      };
    }
    const lists = (await readTagFiles(files)).flatMap((file) => readTagLists(file.name, file.text));
    const value = supportOf(lists, name, tag);
    return value === null ? { reason: `no list of supported tags speaks of ${name}` } : { value };
  };
}

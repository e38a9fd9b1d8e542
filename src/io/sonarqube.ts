/**
 * SonarQube's quality gate of a commit, by its web API: the analyses of a project by their revision, then the gate of that analysis;
 * where the history does not name the commit, the newest analyses of branches and pull requests.
 * https://next.sonarqube.com/sonarqube/web_api/api/project_analyses, …/qualitygates, …/project_branches
 */
import { PlimsollError } from "../domain/error.ts";
import { recordOf, type JsonRecord } from "../domain/json-record.ts";
import type { QualityCondition, QualityGate } from "../domain/policy.ts";
import type { Answer } from "../domain/policy-ports.ts";
import { printable } from "../domain/problem.ts";
import { httpBytes } from "./http.ts";

export interface SonarQubeOptions {
  /** Base address, with or without a slash at its end. */
  readonly url: string;
  /** User or project token; null: asked without. */
  readonly token: string | null;
  /** Keys of the projects that are asked, in this order. */
  readonly projects: readonly string[];
  readonly signal: AbortSignal | null;
}

const PROVIDER = "SonarQube";
const PAGE_SIZE = 500;
/** Pages of a project's history that are read: the newest 5,000 analyses. */
const PAGES_MAX = 10;
const CONDITIONS_MAX = 100;
const limits = { bodyBytesMax: 8 * 1024 ** 2, totalTimeoutMs: 60_000 };

/** Where an analysis was found. */
interface Place {
  /** Parameters that name it to the gate: `analysisId` or `projectKey` with `branch` or `pullRequest`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly revision: string;
  readonly analysedAt: string | null;
}

/** The first project that knows the commit answers. Never throws but for an abort. */
export async function askSonarQube(
  revision: string,
  options: SonarQubeOptions,
): Promise<Answer<QualityGate>> {
  const wanted = revision.trim().toLowerCase();
  if (!/^[0-9a-f]{7,64}$/.test(wanted)) {
    return { reason: `the image's revision "${printable(revision, 100)}" is no commit` };
  }
  try {
    for (const project of options.projects) {
      const place =
        (await findInHistory(project, wanted, options)) ?? (await findNewest(project, wanted, options));
      if (place !== null) return await askGate(project, place, options);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof PlimsollError)) throw error;
    return { reason: `${PROVIDER} was asked and did not answer: ${error.message}` };
  }
  return { reason: `${PROVIDER} has no analysis of the commit ${wanted} in ${options.projects.join(", ")}` };
}

async function findInHistory(
  project: string,
  wanted: string,
  options: SonarQubeOptions,
): Promise<Place | null> {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const parameters = { project, ps: String(PAGE_SIZE), p: String(page) };
    const analyses = recordsOf((await ask("api/project_analyses/search", parameters, options))["analyses"]);
    for (const analysis of analyses) {
      const { key, date, revision } = analysis;
      if (typeof key !== "string" || !isCommit(revision, wanted)) continue;
      return {
        parameters: { analysisId: key },
        revision: revision.toLowerCase(),
        analysedAt: textOrNull(date),
      };
    }
    if (analyses.length < PAGE_SIZE) return null;
  }
  return null;
}

/** A server without branches (the community build) answers 404 or 400: it has none. */
async function findNewest(project: string, wanted: string, options: SonarQubeOptions): Promise<Place | null> {
  const kinds = [
    { path: "api/project_branches/list", list: "branches", name: "name", parameter: "branch" },
    { path: "api/project_pull_requests/list", list: "pullRequests", name: "key", parameter: "pullRequest" },
  ];
  for (const { path, list, name, parameter } of kinds) {
    const answer = await ask(path, { project }, options).catch((error: unknown) => {
      if (error instanceof PlimsollError && [400, 404].includes(Number(error.details["status"]))) return null;
      throw error;
    });
    for (const entry of recordsOf(answer?.[list])) {
      const sha = recordOf(entry["commit"])?.["sha"];
      const title = entry[name];
      if (typeof title !== "string" || !isCommit(sha, wanted)) continue;
      return {
        parameters: { projectKey: project, [parameter]: title },
        revision: sha.toLowerCase(),
        analysedAt: textOrNull(entry["analysisDate"]),
      };
    }
  }
  return null;
}

async function askGate(
  project: string,
  place: Place,
  options: SonarQubeOptions,
): Promise<Answer<QualityGate>> {
  const answer = await ask("api/qualitygates/project_status", place.parameters, options);
  const status = recordOf(answer["projectStatus"]);
  const word = status?.["status"];
  // Old servers know a warning, which is no failure; NONE: the project has no gate.
  const passed = word === "OK" || word === "WARN";
  if (!passed && word !== "ERROR") {
    return {
      reason: `${PROVIDER} has no quality gate for ${project} (${printable(String(word ?? "no status"), 40)})`,
    };
  }
  const conditions = recordsOf(status?.["conditions"]).filter((condition) => condition["status"] === "ERROR");
  return {
    value: {
      provider: PROVIDER,
      project,
      revision: place.revision,
      status: passed ? "passed" : "failed",
      conditions: passed ? [] : conditions.slice(0, CONDITIONS_MAX).map(toCondition),
      analysedAt: place.analysedAt,
      url: new URL(`dashboard?${new URLSearchParams({ id: project }).toString()}`, baseOf(options.url)).href,
    },
  };
}

function toCondition(condition: JsonRecord): QualityCondition {
  const word = (name: string): string => textOrNull(condition[name]) ?? "?";
  return {
    metric: word("metricKey"),
    actual: word("actualValue"),
    bound: `${word("comparator")} ${word("errorThreshold")}`,
  };
}

/** @throws PlimsollError HTTP_FAILED, JSON_INVALID */
async function ask(
  path: string,
  parameters: Readonly<Record<string, string>>,
  { url, token, signal }: SonarQubeOptions,
): Promise<JsonRecord> {
  const address = new URL(`${path}?${new URLSearchParams(parameters).toString()}`, baseOf(url));
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const { bytes } = await httpBytes({ url: address.href, headers, limits, signal });
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new PlimsollError("JSON_INVALID", `${PROVIDER} answered ${path} with something that is no JSON.`, {
      cause,
    });
  }
  return recordOf(parsed) ?? {};
}

/** Without the slash the last part of a context path would be lost. */
function baseOf(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

/** The image may carry the short hash, SonarQube has the whole one. */
function isCommit(found: unknown, wanted: string): found is string {
  return typeof found === "string" && found.length >= wanted.length && found.toLowerCase().startsWith(wanted);
}

function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(recordOf).filter((record) => record !== null) : [];
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

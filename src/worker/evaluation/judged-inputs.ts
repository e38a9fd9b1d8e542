/** Everything that a verdict is made of, as one value: from it the verdict can be made once more, years later and offline. */
import { repositoriesOf, type Exception } from "../../domain/exception.ts";
import type { DatabaseStatus } from "../../domain/advisory.ts";
import type { VexStatement } from "../../domain/vex.ts";
import type { ImageDocument } from "../../analysis/image-document.ts";
import type { StoredFinding } from "../../store/schema.ts";
import type { Contexts } from "../../store/stores/vulnerability-contexts.ts";
import type { PolicyInForce } from "../../store/views/evaluation-sources.ts";
import { canonicalRepository } from "../../vex/shared/image-identity.ts";
import type { WorkerContext } from "../context.ts";
import type { EvaluationSources } from "./load-sources.ts";

export interface JudgedInputs {
  readonly document: ImageDocument;
  /** Where it was pushed last; null: nowhere. */
  readonly place: { readonly repository: string; readonly tag: string | null } | null;
  /**
   * For each package of the document what its advisories gave, with these advisories; null: not all packages were compared with a
   * vulnerability database.
   */
  readonly findings: readonly (readonly StoredFinding[])[] | null;
  /** KEV and EPSS. */
  readonly contexts: Contexts;
  readonly database: DatabaseStatus | null;
  readonly statements: readonly VexStatement[];
  /** Approved ones about the image, whatever their date. */
  readonly exceptions: readonly Exception[];
  readonly policies: readonly PolicyInForce[];
  readonly settings: { readonly usesReachability: boolean; readonly databaseAgeHoursMax: number };
  readonly now: Date;
}

/** What is going to be judged. */
export function judgedInputs(
  sources: EvaluationSources,
  { usesReachability = true, databaseAgeHoursMax }: WorkerContext["config"],
  now: Date,
): JudgedInputs {
  const { document, places, contexts, statements, policies, findings, database } = sources;
  const [place] = places;
  return {
    document,
    place: place === undefined ? null : { repository: place.repository, tag: place.tag },
    findings: findings.isMatched && database !== null ? findingsOf(sources) : null,
    contexts,
    database,
    statements,
    exceptions: exceptionsAbout(sources),
    policies,
    settings: { usesReachability, databaseAgeHoursMax },
    now,
  };
}

function findingsOf({ document, findings }: EvaluationSources): readonly (readonly StoredFinding[])[] {
  return document.sbom.packages.map((_pkg, position) => {
    const id = findings.positions.get(position);
    return id === undefined ? [] : (findings.findings.get(id) ?? []);
  });
}

/**
 * An image may stand in several repositories and indexes, and has one verdict: an exception about one of them is about the image.
 * Those that have ended are left out by their time.
 */
function exceptionsAbout({ exceptions, places, image }: EvaluationSources): readonly Exception[] {
  const repositories = new Set(places.map(({ repository }) => canonicalRepository(repository)));
  const digests = new Set([image.digest, ...places.map(({ pushedDigest }) => pushedDigest)]);
  return exceptions
    .filter(({ state, scope }) => {
      const named = repositoriesOf(scope);
      const isHere =
        (named.length === 0 && scope.repositories === undefined) ||
        named.some((name) => repositories.has(canonicalRepository(name)));
      return state === "approved" && isHere && (scope.digest === null || digests.has(scope.digest));
    })
    .map((exception) => ({
      ...exception,
      scope: { repository: null, digest: null, purl: exception.scope.purl },
    }));
}

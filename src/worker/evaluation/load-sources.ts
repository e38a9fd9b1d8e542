/** Everything that one image is judged by, read from the store: nothing is unpacked, matched or pulled. */
import type { DatabaseStatus } from "../../domain/advisory.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { isInScope } from "../../domain/policy-scope.ts";
import { readImageDocument, type ImageDocument } from "../../analysis/image-document.ts";
import { readJudged, type Judged } from "../../monitoring/judged-findings.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { findFindings, type ImageFindings } from "../../store/stores/findings.ts";
import { expandDocument } from "../../store/stores/image-documents.ts";
import { findContexts, type Contexts } from "../../store/stores/vulnerability-contexts.ts";
import {
  findEnvironments,
  findEvaluation,
  findJudgedImage,
  findPlaces,
  listDecidedExceptions,
  listPoliciesInForce,
  listStatements,
  type DecidedException,
  type ImagePlace,
  type JudgedImage,
  type PolicyInForce,
  type StoredEvaluation,
} from "../../store/views/evaluation-sources.ts";
import type { WorkerContext } from "../context.ts";

export interface EvaluationSources {
  readonly image: JudgedImage;
  readonly document: ImageDocument;
  /** Newest push first. */
  readonly places: readonly ImagePlace[];
  /** Those in whose scope the image is. */
  readonly policies: readonly PolicyInForce[];
  /** In force, and those that applied in the evaluation before, whatever became of them. */
  readonly exceptions: readonly DecidedException[];
  readonly statements: readonly VexStatement[];
  readonly findings: ImageFindings;
  readonly contexts: Contexts;
  /** Null: no vulnerability database was seen yet. */
  readonly database: DatabaseStatus | null;
  readonly previous: { readonly evaluation: StoredEvaluation; readonly judged: Judged } | null;
}

export interface LoadOptions {
  readonly now: Date;
  /** The document, where the caller has it. */
  readonly known: ImageDocument | null;
  /** Name of an environment that the image is judged for as if it ran there. */
  readonly alsoIn?: string;
}

/** Null: the image is not there, or not analysed. */
export async function loadSources(
  { store }: Pick<WorkerContext, "store">,
  orgId: string,
  imageId: string,
  { now, known, alsoIn }: LoadOptions,
): Promise<EvaluationSources | null> {
  const { engine } = store;
  // First of all: whatever changes while the others are read outdates it, which is noticed when the verdict is written.
  const image = await findJudgedImage(engine, orgId, imageId);
  if (image === null) return null;
  const [places, recorded, policies, statements, findings, state] = await Promise.all([
    findPlaces(engine, orgId, imageId),
    findEnvironments(engine, orgId, imageId),
    listPoliciesInForce(engine, orgId),
    listStatements(engine, orgId),
    findFindings(engine, orgId, imageId),
    findDatabaseState(engine),
  ]);
  const ids = [...findings.findings.values()].flatMap((list) =>
    list.flatMap(({ vulnerability, aliases }) => [vulnerability, ...aliases]),
  );
  const [previous, contexts] = await Promise.all([
    loadPrevious({ store }, orgId, image),
    findContexts(engine, [...new Set(ids)]),
  ]);
  const exceptions = await listDecidedExceptions(engine, orgId, {
    now,
    ids: previous?.evaluation.inputs.exceptions ?? [],
  });
  const repositories = places.map(({ repository }) => repository);
  const environments = [...recorded, ...(alsoIn === undefined ? [] : [alsoIn])];
  return {
    image,
    document: known ?? readImageDocument(await expandDocument(image.document)),
    places,
    policies: policies.filter((scope) => isInScope(scope, { repositories, environments })),
    exceptions,
    statements,
    findings,
    contexts,
    database: state?.status ?? null,
    previous,
  };
}

/** What an older version counted and this one cannot read is as good as nothing: the next verdict is the first again. */
async function loadPrevious(
  { store }: Pick<WorkerContext, "store">,
  orgId: string,
  { previousId, judged }: JudgedImage,
): Promise<EvaluationSources["previous"]> {
  if (previousId === null || judged === null) return null;
  const evaluation = await findEvaluation(store.engine, orgId, previousId);
  if (evaluation === null) return null;
  const bytes = await expandDocument(judged).catch(() => null);
  const counted = bytes === null ? null : readJudged(bytes);
  return counted === null ? null : { evaluation, judged: counted };
}

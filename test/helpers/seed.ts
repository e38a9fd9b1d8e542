/**
 * Fills an organisation with repositories, images, packages, findings and verdicts, through the store's own writes and without a
 * registry, a worker or a vulnerability database. For tests of what is read, for the bench, and to look at pages.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { chainIds } from "../../src/domain/chain-id.ts";
import type { PolicyResult } from "../../src/domain/policy.ts";
import { builtInPolicies } from "../../src/policies/definitions.ts";
import { judge } from "../../src/policies/verdict.ts";
import type { Store, StoreTransaction } from "../../src/store/connect.ts";
import { asEngine, inOrg, outsideOrg } from "../../src/store/in-org.ts";
import { insertEvaluation } from "../../src/store/stores/evaluations.ts";
import { compressDocument, recordDocument } from "../../src/store/stores/image-documents.ts";
import { openImages, recordBase, recordImage, recordPlaces } from "../../src/store/stores/images.ts";
import { insertOrganisation } from "../../src/store/stores/organisations.ts";
import { seedPolicies } from "../../src/store/stores/policies.ts";
import { insertPush, moveTag } from "../../src/store/stores/pushes.ts";
import { recordInEnvironment } from "../../src/store/stores/environments.ts";
import { enableRepository } from "../../src/store/stores/repositories.ts";
import { listPoliciesInForce, type PolicyInForce } from "../../src/store/views/evaluation-sources.ts";
import { diffIdsOf, digestOf, documentOf, pushTime, resolvedImage } from "./seed-document.ts";
import { SEED_DATABASE, SEED_HOST, type SeedImage, type SeedResult } from "./seed-images.ts";
import { writePackages } from "./seed-packages.ts";

export interface SeededImage {
  readonly id: string;
  readonly digest: string;
  readonly repositoryId: string;
  /** Null: not judged. */
  readonly evaluationId: string | null;
}

/** An organisation with the built-in policies and nothing else. Its id. */
export async function seedOrganisation(store: Store, name: string): Promise<string> {
  const id = randomUUID();
  await outsideOrg(store, (tx) => insertOrganisation(tx, { id, name }));
  await inOrg(store, id, (tx) => seedPolicies(tx, id, "seed", builtInPolicies));
  return id;
}

/** Writes the images in one transaction, in the order given: of two pushes of a tag the later one is what it points at. */
export async function seedImages(
  store: Store,
  orgId: string,
  images: readonly SeedImage[],
): Promise<readonly SeededImage[]> {
  const documents = await Promise.all(
    images.map(async (image) => (image.document === true ? compressDocument(documentOf(image)) : null)),
  );
  return asEngine(store, async (tx) => {
    const places = await openPlaces(tx, orgId, images);
    const policies = await listPoliciesInForce(tx, orgId);
    const seeded: SeededImage[] = [];
    const written: [string, SeedImage][] = [];
    for (const [number, image] of images.entries()) {
      const repositoryId = places.repositories.get(image.repository) ?? "";
      const id = await writeImage(tx, orgId, image, repositoryId);
      const evaluationId = await writeVerdict(tx, orgId, id, image, policies);
      const document = documents[number] ?? null;
      if (document !== null) await recordDocument(tx, orgId, id, document);
      for (const environment of image.environments ?? []) {
        const environmentId = places.environments.get(environment) ?? "";
        await recordInEnvironment(tx, orgId, environmentId, { images: [id], by: "seed" });
      }
      written.push([id, image]);
      seeded.push({ id, digest: digestOf(image), repositoryId, evaluationId });
    }
    await writePackages(
      tx,
      orgId,
      written.filter(([, { state = "analysed" }]) => state === "analysed"),
    );
    return seeded;
  });
}

/** The registry, the repositories, all enabled, and the environments. Those that are there stay. */
async function openPlaces(
  tx: StoreTransaction,
  orgId: string,
  images: readonly SeedImage[],
): Promise<Record<"repositories" | "environments", ReadonlyMap<string, string>>> {
  const registry = await tx
    .insertInto("registry")
    .values({ org_id: orgId, kind: "distribution", host: SEED_HOST })
    .onConflict((conflict) => conflict.columns(["org_id", "host"]).doUpdateSet({ host: SEED_HOST }))
    .returning("id")
    .executeTakeFirstOrThrow();
  const repositories = new Map<string, string>();
  for (const name of new Set(images.map(({ repository }) => repository))) {
    const { id } = await enableRepository(tx, orgId, { registryId: registry.id, name });
    repositories.set(name, id);
  }
  const environments = new Map<string, string>();
  for (const name of new Set(images.flatMap((image) => image.environments ?? []))) {
    const { id } = await tx
      .insertInto("environment")
      .values({ org_id: orgId, name })
      .onConflict((conflict) => conflict.columns(["org_id", "name"]).doUpdateSet({ name }))
      .returning("id")
      .executeTakeFirstOrThrow();
    environments.set(name, id);
  }
  return { repositories, environments };
}

async function writeImage(
  tx: StoreTransaction,
  orgId: string,
  image: SeedImage,
  repositoryId: string,
): Promise<string> {
  const { tag, state = "analysed" } = image;
  const digest = digestOf(image);
  const pushedDigest = image.index ?? digest;
  const at = pushTime(image);
  const [row] = await openImages(tx, orgId, [{ digest, platform: image.platform ?? "linux/amd64" }]);
  const id = row?.id ?? "";
  await recordPlaces(tx, orgId, { repositoryId, pushedDigest }, [id]);
  const push = { repositoryId, tag, digest: pushedDigest, source: "notification", actor: "ann", at } as const;
  await insertPush(tx, orgId, push);
  if (tag !== null) await moveTag(tx, orgId, { repositoryId, name: tag, digest: pushedDigest, at });
  if (state !== "analysed") {
    const failure =
      state === "failed" ? { code: "SOURCE_NOT_FOUND", message: "The registry has no such image." } : null;
    await sql`
      update image set state = ${state}, failure_code = ${failure?.code ?? null}, failure_message = ${failure?.message ?? null}
      where org_id = ${orgId} and id = ${id}`.execute(tx);
    return id;
  }
  const diffIds = diffIdsOf(image);
  const chain = chainIds(diffIds);
  const { layers } = resolvedImage(image);
  await recordImage(tx, orgId, id, {
    platform: image.platform ?? "linux/amd64",
    sizeBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    createdAt: at,
    // Without a version nothing is known of its life cycle, so that no test grows old.
    distro: image.distro ?? { id: "debian", versionId: null, name: "Debian GNU/Linux 12 (bookworm)" },
    completeness: image.completeness ?? "complete",
    verification: image.verification ?? "verified",
    packageCount: image.packages?.length ?? 0,
    inventory: {
      coverage: image.coverage ?? null,
      systemFiles: image.systemFiles ?? null,
      problems: image.problems ?? [],
      problemCount: image.problems?.length ?? 0,
    },
    chainId: chain.at(-1) ?? null,
    historyId: null,
    labels: image.labels ?? {},
    userName: "65532",
    layers: layers.map((layer, index) => ({ ...layer, chainId: chain[index] ?? "" })),
  });
  await recordBase(tx, orgId, id, {
    facts: image.base ?? null,
    reason: image.base === undefined ? "nothing tells the base image" : null,
    layerCount: (image.layers ?? []).filter(({ fromBase }) => fromBase === true).length,
  });
  return id;
}

async function writeVerdict(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  image: SeedImage,
  policies: readonly PolicyInForce[],
): Promise<string | null> {
  if ((image.state ?? "analysed") !== "analysed" || image.results === null) return null;
  const results = policies.map((policy, position) => resultOf(policy, image.results?.[position] ?? "met"));
  const { status, score } = judge(results);
  const hasFindings = image.hasFindings ?? true;
  return insertEvaluation(tx, orgId, imageId, {
    status,
    grade: score.grade,
    percent: score.percent,
    scoreReason: score.reason,
    causes: [{ kind: "first", text: "first evaluation" }],
    inputs: {
      database: hasFindings ? SEED_DATABASE : null,
      policies: Object.fromEntries(policies.map(({ id, version }) => [id, version])),
      exceptions: [],
      findings: null,
    },
    counts: countsOf(image),
    hasFindings,
    evaluatedAt: image.evaluatedAt ?? new Date(pushTime(image).getTime() + 2000),
    results: results.map((result, position) => ({
      ...result,
      version: policies[position]?.version ?? 1,
      effect: policies[position]?.effect ?? "block",
    })),
  });
}

function resultOf(policy: PolicyInForce, wanted: SeedResult | SeedResult["status"]): PolicyResult {
  const { status, reason, deviations } =
    typeof wanted === "string" ? ({ status: wanted } as SeedResult) : wanted;
  const told = deviations ?? (status === "not_met" ? [{ message: `${policy.title}: seeded` }] : []);
  return {
    policy: policy.id,
    type: policy.type,
    title: policy.title,
    status,
    reason: reason ?? (status === "no_data" ? "nothing is known" : null),
    deviations: told.map((deviation) => ({
      purl: null,
      vulnerability: null,
      layer: null,
      columns: {},
      remediation: null,
      ...deviation,
    })),
    weight: policy.weight,
    lost: status === "met" ? 0 : policy.weight,
    debug: [],
  };
}

function countsOf({ packages = [], hasFindings = true }: SeedImage) {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unspecified: 0, suppressed: 0, undetermined: 0 };
  if (!hasFindings) return counts;
  for (const { severity, state, suppressedBy } of packages.flatMap((pkg) => pkg.findings ?? [])) {
    counts[suppressedBy !== undefined ? "suppressed" : state === "undetermined" ? state : severity] += 1;
  }
  return counts;
}

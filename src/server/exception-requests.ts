/**
 * Asking for exceptions. One that is about nothing is refused: a typing error in an id or a scope would otherwise wait for a
 * decision and then do nothing, or worse, do something to what comes later.
 */
import type { z } from "zod";
import type { exceptionRequest } from "../api/rest/exceptions.ts";
import { PlimsollError } from "../domain/error.ts";
import type { ExceptionScope } from "../domain/exception.ts";
import type { StoreTransaction } from "../store/connect.ts";
import { countOpenRequests, insertException, type StoredException } from "../store/stores/exceptions.ts";
import {
  findVulnerablePackages,
  isHeldWithin,
  listRepositoryNames,
  type VulnerablePackage,
} from "../store/views/exceptions.ts";
import { canonicalRepository } from "../vex/shared/image-identity.ts";
import { packageMatch, packageSubject, readPurl } from "../vex/shared/package-identity.ts";
import { accountOf } from "./caller.ts";
import { settleException, type ExceptionContext } from "./exception-decisions.ts";
import { RequestInvalidError } from "./problem.ts";

export type AskedException = z.output<typeof exceptionRequest>;

/** @throws PlimsollError REQUEST_INVALID, naming the field that nothing fits; CONFLICT when too many requests are open */
export async function requestException(
  context: ExceptionContext,
  asked: AskedException,
): Promise<StoredException> {
  const { tx, orgId, caller, now } = context;
  const expiresAt = asked.expiresAt === null ? null : new Date(asked.expiresAt);
  checkEnd(asked.kind, expiresAt, now);
  const { vulnerability, scope } = await checkScope(tx, orgId, asked);
  if ((await countOpenRequests(tx, orgId)) >= OPEN_REQUESTS_MAX) {
    throw new PlimsollError("CONFLICT", `${OPEN_REQUESTS_MAX} requests wait for a decision already.`);
  }
  const { id, name } = accountOf(caller);
  const justification = asked.kind === "false_positive" ? asked.justification : null;
  const { kind, reason } = asked;
  const wanted = { vulnerability, kind, justification, reason, scope, expiresAt };
  const stored = await insertException(tx, orgId, wanted, { id, name });
  await settleException(context, "exception.requested", { before: null, after: stored, note: "" });
  return stored;
}

function checkEnd(kind: AskedException["kind"], expiresAt: Date | null, now: Date): void {
  if (expiresAt === null) return;
  if (expiresAt.getTime() <= now.getTime()) throw invalid("expiresAt", "must be in the future");
  if (kind === "accepted_risk" && expiresAt.getTime() - now.getTime() > RISK_DAYS_MAX * DAY_MS) {
    throw invalid("expiresAt", `a risk is accepted for at most ${RISK_DAYS_MAX} days`);
  }
}

/** The id as published and the scope as stored, when some image within the scope has the vulnerability. */
async function checkScope(
  tx: StoreTransaction,
  orgId: string,
  { vulnerability, scope }: AskedException,
): Promise<{ vulnerability: string; scope: ExceptionScope }> {
  const vulnerable = await findVulnerablePackages(tx, orgId, vulnerability);
  const [first] = vulnerable;
  if (first === undefined) throw invalid("vulnerability", "no image of the organisation has it");
  const packages = packagesWithin(vulnerable, scope.purl);
  const repository = await findRepository(tx, orgId, scope.repository);
  const isHeld = await isHeldWithin(
    tx,
    orgId,
    packages.map(({ packageId }) => packageId),
    { digest: scope.digest, repositoryIds: repository === null ? null : repository.ids },
  );
  if (!isHeld) {
    const field =
      scope.digest !== null
        ? "scope.digest"
        : scope.repository !== null
          ? "scope.repository"
          : "vulnerability";
    throw invalid(field, "no image in this scope has the vulnerability");
  }
  return {
    vulnerability: first.vulnerability,
    scope: { ...scope, repository: repository === null ? null : repository.name },
  };
}

function packagesWithin(
  vulnerable: readonly VulnerablePackage[],
  text: string | null,
): readonly VulnerablePackage[] {
  if (text === null) return vulnerable;
  const purl = readPurl(text);
  if (purl === null) throw invalid("scope.purl", "write a package URL, such as pkg:npm/express@4.17.1");
  const fitting = vulnerable.filter((each) => packageMatch(purl, subjectOf(each)) !== null);
  if (fitting.length > 0) return fitting;
  throw invalid("scope.purl", "no package with this vulnerability fits");
}

function subjectOf(pkg: VulnerablePackage): ReturnType<typeof packageSubject> {
  const { ecosystem, name, version, purl, sourceName, sourceVersion } = pkg;
  const sourcePackage = sourceName === null ? null : { name: sourceName, version: sourceVersion ?? version };
  return packageSubject({
    ecosystem,
    namespace: null,
    name,
    version,
    purl,
    sourcePackage,
    architecture: null,
  });
}

/** Docker Hub has several names for one repository. Null: all repositories. */
async function findRepository(
  tx: StoreTransaction,
  orgId: string,
  asked: string | null,
): Promise<{ ids: readonly string[]; name: string } | null> {
  if (asked === null) return null;
  const wanted = canonicalRepository(asked);
  const own = (await listRepositoryNames(tx, orgId)).filter(
    ({ name }) => canonicalRepository(name) === wanted,
  );
  const [first] = own;
  if (first === undefined) throw invalid("scope.repository", "the organisation has no such repository");
  return { ids: own.map(({ id }) => id), name: first.name };
}

function invalid(path: string, message: string): RequestInvalidError {
  return new RequestInvalidError(`The exception cannot be asked for: ${path}: ${message}.`, [
    { path, message },
  ]);
}

/** A risk that is borne for longer is no exception but a rule. */
const RISK_DAYS_MAX = 366;
const DAY_MS = 24 * 60 * 60_000;
/** Of one organisation. */
const OPEN_REQUESTS_MAX = 1_000;

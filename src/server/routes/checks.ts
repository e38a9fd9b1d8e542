/** For the command line, pipelines and clusters: what the organisation says of an image, and what is needed to judge one here. */
import {
  baseAnswer,
  baseRequest,
  checkQuery,
  checkView,
  gateAnswer,
  gateRequest,
  imageVerdictView,
  verdictQuery,
} from "../../api/rest/checks.ts";
import { isInScope } from "../../domain/policy-scope.ts";
import { readRepository } from "../../registries/known-reference.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findBase } from "../../store/stores/bases.ts";
import { requestOutdated } from "../../store/stores/evaluation-requests.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { listPoliciesInForce } from "../../store/views/evaluation-sources.ts";
import { listExceptionsInForce } from "../../store/views/exceptions-in-force.ts";
import { viewException } from "../exception-decisions.ts";
import { askGate } from "../gate/ask.ts";
import type { ServerParts } from "../parts.ts";
import { getPushedImage, viewVerdict, type AskedImage, type FoundImage } from "../pushed-image.ts";
import { orgRoute, type Route } from "../route.ts";

const tag = "Checks";
const snapshot = { readOnly: true } as const;

export const checkRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/verdict",
      permission: "read",
      summary: "The newest verdict on a pushed image, by digest or tag; of several platforms the worst",
      tag,
      query: verdictQuery,
      response: imageVerdictView,
      problems: ["IMAGE_UNKNOWN", "REFERENCE_INVALID"],
    },
    ({ org, now, query }, parts) =>
      ofPushed(parts, org.id, query, (tx, found) =>
        viewVerdict(tx, org, found, { now, ageHoursMax: parts.databaseAgeHoursMax }),
      ),
  ),
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/check",
      permission: "check-local",
      summary: "Policies in force and approved exceptions, to judge an image that was not pushed",
      tag,
      query: checkQuery,
      response: checkView,
      problems: ["REFERENCE_INVALID"],
    },
    ({ org, caller, now, query }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const { repository, environment } = query;
          const places = {
            repositories: repository === undefined ? [] : [canonical(repository)],
            environments: environment === undefined ? [] : [environment],
          };
          const policies = (await listPoliciesInForce(tx, org.id)).filter((policy) =>
            isInScope(policy, places),
          );
          const exceptions = await listExceptionsInForce(tx, org.id, now);
          const state = await findDatabaseState(tx);
          return {
            policies: policies.map(({ id, version, title, type, weight, effect, config }) => ({
              id,
              version,
              title,
              type,
              weight,
              effect,
              config,
            })),
            exceptions: exceptions
              .filter(
                ({ scope }) => scope.repository === null || places.repositories.includes(scope.repository),
              )
              .map((exception) => viewException(exception, { caller, org, now })),
            databaseDigest: state?.status.digest ?? null,
          };
        },
        snapshot,
      ),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/bases",
      permission: "check-local",
      summary: "The organisation's image with the longest prefix of the layers",
      tag,
      body: baseRequest,
      response: baseAnswer,
    },
    ({ org, body }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const base = body.chainIds.length === 0 ? null : await findBase(tx, org.id, body);
        if (base === null) return { base: null };
        return { base: { name: base.name, tag: base.tag, digest: base.digest, evidence: "layers" } };
      }),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/gate",
      permission: "gate-decision",
      summary: "Whether a pushed image may be deployed, and what stops it",
      tag,
      body: gateRequest,
      response: gateAnswer,
      problems: ["IMAGE_UNKNOWN", "REFERENCE_INVALID"],
    },
    async ({ org, now, body }, parts) => (await askGate(parts, org, body, now)).answer,
  ),
];

/** What is outdated is told as not judged, and judged again: whoever waits gets the verdict of now. */
async function ofPushed<Answer>(
  { store, queue }: Pick<ServerParts, "store" | "queue">,
  orgId: string,
  asked: AskedImage,
  answer: (tx: StoreTransaction, found: FoundImage) => Promise<Answer>,
): Promise<Answer> {
  const read = async (tx: StoreTransaction) => {
    const found = await getPushedImage(tx, orgId, asked);
    return { found, answer: await answer(tx, found) };
  };
  const { found, answer: said } = await inOrg(store, orgId, read, snapshot);
  if (found.images.some(({ outdated }) => outdated)) {
    const pushedDigest = found.digest;
    await inOrg(store, orgId, (tx) => requestOutdated(tx, queue, orgId, { pushedDigest }));
  }
  return said;
}

/** As policies and exceptions name it. @throws PlimsollError REFERENCE_INVALID */
function canonical(repository: string): string {
  const { host, name } = readRepository(repository);
  return `${host}/${name}`;
}

/**
 * The demonstration of a new installation: an organisation `demo` with one repository, whose image a worker reads from an OCI
 * layout beside the program. Nobody can push to its registry or ask for an analysis of it: its host is one that no name server
 * knows (RFC 2606). It is made only where there is nothing and nobody else yet.
 */
import { randomUUID } from "node:crypto";
import { builtInPolicies } from "../policies/definitions.ts";
import { inOrg, outsideOrg } from "../store/in-org.ts";
import { hasAccounts } from "../store/stores/accounts.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { findFact, keepFirst } from "../store/stores/installation.ts";
import { insertOrganisation } from "../store/stores/organisations.ts";
import { seedPolicies } from "../store/stores/policies.ts";
import { insertRegistry } from "../store/stores/registries.ts";
import { enableRepository } from "../store/stores/repositories.ts";
import type { ServerParts } from "./parts.ts";
import type { DemonstrationTask } from "./worker-handover.ts";

/** `layout`: absolute folder. Null: this installation is in use, and has no demonstration. */
export async function prepareDemonstration(
  parts: Pick<ServerParts, "store">,
  layout: string,
): Promise<DemonstrationTask | null> {
  const { store } = parts;
  const known = await outsideOrg(store, (tx) => findFact(tx, FACT));
  if (known !== null) return { ...(known as Pick<DemonstrationTask, "org" | "repository">), layout };
  if (await outsideOrg(store, hasAccounts)) return null;
  const orgId = randomUUID();
  return inOrg(store, orgId, async (tx) => {
    const organisation = await insertOrganisation(tx, { id: orgId, name: "demo" });
    if (organisation === null) return null;
    await seedPolicies(tx, orgId, "demonstration", builtInPolicies);
    const registryId = randomUUID();
    await insertRegistry(tx, orgId, {
      id: registryId,
      kind: "distribution",
      host: demonstrationHost,
      insecure: false,
      username: null,
      passwordSealed: null,
    });
    const { id: repository } = await enableRepository(tx, orgId, { registryId, name: "demo-app" });
    await recordAudit(tx, {
      orgId,
      actor: { kind: "system", id: null, name: "demonstration" },
      action: "organisation.created",
      target: "demo",
      before: null,
      after: { policies: builtInPolicies.map(({ id }) => id) },
    });
    const task = { org: orgId, repository };
    await keepFirst(tx, FACT, task);
    return { ...task, layout };
  });
}

const FACT = "demonstration";
const demonstrationHost = "demonstration.invalid";

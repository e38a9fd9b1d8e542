/** A registry as changes of it and notifications from it see it: its row, its settings, and where its key is good. */
import { PlimsollError } from "../domain/error.ts";
import type { SecretBox } from "../io/secret-box.ts";
import { plainSettings } from "../registries/kinds.ts";
import type { ProductSettings } from "../registries/types.ts";
import { findRegistry, type RegistryRow } from "../store/stores/registries.ts";
import type { OrgScope } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";

export interface RegistryContext extends ChangeContext {
  readonly secrets: SecretBox;
  readonly now: Date;
}

/** @throws PlimsollError NOT_FOUND */
export async function getRegistry(
  { tx, orgId }: Pick<RegistryContext, "tx" | "orgId">,
  id: string,
): Promise<RegistryRow> {
  const row = await findRegistry(tx, orgId, id);
  if (row === null) throw new PlimsollError("NOT_FOUND", "There is no such registry.");
  return row;
}

/** As its plug-in takes them. */
export function settingsOf(row: RegistryRow): ProductSettings {
  return { ...plainSettings, ...row.settings };
}

/** Where notifications go that its key proves. */
export function hookPath(org: OrgScope, registryId: string): string {
  return `/api/v1/hooks/${org.name}/${registryId}`;
}

/** Purpose under which the key is sealed. */
export function hookKeyPurpose(registryId: string): string {
  return `registry-hook:${registryId}`;
}

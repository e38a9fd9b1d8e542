/** How the own API of a registry product is signed in to. */
import type { RegistryApiConfig } from "../../config/config.ts";
import type { CliContext } from "../context.ts";

/** `kept`: parameters of an integration. The environment wins over them. */
export function accessOf(
  context: CliContext,
  type: string,
  kept: Readonly<Record<string, string>>,
): RegistryApiConfig {
  const set = context.config.registryApis[type];
  return {
    user: set?.user ?? kept["api-user"] ?? null,
    password: set?.password ?? kept["api-password"] ?? null,
    webhookSecret: set?.webhookSecret ?? kept["webhook-secret"] ?? null,
  };
}

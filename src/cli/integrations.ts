/**
 * Integrations of this machine, kept in `integrations.json` of Plimsoll's folder with mode 0600: registries that are watched, and
 * the quality gate. Their secrets are shown nowhere.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";
import type { CliContext } from "./context.ts";

export interface Parameter {
  readonly name: string;
  readonly secret: boolean;
  readonly required: boolean;
}

function parameter(name: string, kind: "required" | "optional" | "secret" = "optional"): Parameter {
  return { name, secret: kind === "secret", required: kind === "required" };
}

const registryParameters = ["api", "include", "exclude", "port"].map((name) => parameter(name));
const apiParameters = [
  parameter("api-user"),
  parameter("api-password", "secret"),
  parameter("webhook-secret", "secret"),
];

export const integrationTypes: Readonly<Record<string, readonly Parameter[]>> = {
  oci: [parameter("registry", "required"), parameter("include"), parameter("exclude")],
  harbor: [parameter("registry", "required"), ...registryParameters, ...apiParameters],
  artifactory: [
    parameter("registry", "required"),
    parameter("repository", "required"),
    parameter("subdomain-mode"),
    ...registryParameters,
    ...apiParameters,
  ],
  nexus: [
    parameter("registry", "required"),
    parameter("repository", "required"),
    ...registryParameters,
    ...apiParameters,
  ],
  sonarqube: [parameter("url", "required"), parameter("projects", "required"), parameter("token", "secret")],
};

export interface Integration {
  /** `prod-harbor` */
  readonly name: string;
  readonly type: string;
  /** Several values are comma separated. */
  readonly parameters: Readonly<Record<string, string>>;
}

export function integrationsFile({ config }: Pick<CliContext, "config">): string {
  return join(dirname(config.client.credentialsFile), "integrations.json");
}

/** By name. None where there is no file. @throws PlimsollError CONFIG_INVALID */
export function readIntegrations(context: Pick<CliContext, "config">): readonly Integration[] {
  const file = integrationsFile(context);
  if (!existsSync(file)) return [];
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const rows = (value as { readonly integrations?: unknown }).integrations;
    if (!Array.isArray(rows) || !rows.every(isIntegration)) throw new TypeError("not a list of integrations");
    return rows;
  } catch (error) {
    throw new PlimsollError("CONFIG_INVALID", `${printable(file)} cannot be read as integrations.`, {
      cause: error,
    });
  }
}

function isIntegration(row: unknown): row is Integration {
  const { name, type, parameters } = (row ?? {}) as Record<string, unknown>;
  return (
    typeof name === "string" &&
    typeof type === "string" &&
    typeof parameters === "object" &&
    parameters !== null &&
    Object.values(parameters).every((value) => typeof value === "string")
  );
}

/** @throws PlimsollError OUTPUT_FAILED */
export async function writeIntegrations(
  context: CliContext,
  integrations: readonly Integration[],
): Promise<void> {
  const file = integrationsFile(context);
  const sorted = integrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  try {
    await writeFileAtomic(file, `${JSON.stringify({ version: 1, integrations: sorted }, null, 2)}\n`, {
      mode: 0o600,
    });
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `${printable(file)} cannot be written.`, { cause: error });
  }
}

/** @throws PlimsollError NOT_FOUND */
export function getIntegration(context: CliContext, name: string): Integration {
  const found = readIntegrations(context).find((row) => row.name === name);
  if (found !== undefined) return found;
  throw new PlimsollError(
    "NOT_FOUND",
    `There is no integration ${printable(name)}; plimsoll integration list shows them.`,
  );
}

/** What an integration of a registry means for `watch --registry`. @throws PlimsollError USAGE for one that is no registry */
export function registryText({ name, type, parameters }: Integration): string {
  if (type === "sonarqube") throw new PlimsollError("USAGE", `${printable(name)} is no registry.`);
  const secret = new Set(["api-user", "api-password", "webhook-secret"]);
  const pairs = Object.entries(parameters)
    .filter(([key]) => !secret.has(key))
    .flatMap(([key, value]) => value.split(",").map((part) => `${key}=${part.trim()}`));
  return [`type=${type}`, ...pairs].join(",");
}

/** The variables that a quality gate stands for; of several the first by name. */
export function integrationVariables(integrations: readonly Integration[]): Readonly<Record<string, string>> {
  const gate = integrations.find(({ type }) => type === "sonarqube");
  if (gate === undefined) return {};
  const { url = "", projects = "", token } = gate.parameters;
  return {
    PLIMSOLL_SONARQUBE_URL: url,
    PLIMSOLL_SONARQUBE_PROJECTS: projects,
    ...(token === undefined ? {} : { PLIMSOLL_SONARQUBE_TOKEN: token }),
  };
}

/**
 * User names and passwords of the inputs, as a file of sign-ins that lives as long as the run: each is sent to the registry that it is
 * meant for and to no other.
 */
import { writeFile } from "node:fs/promises";
import { PlimsollError } from "../../domain/error.ts";
import { readSignIns } from "../../oci/docker-config.ts";
import { parseReference } from "../../oci/reference.ts";
import type { ActionCommand } from "./commands.ts";
import type { InputName, Inputs } from "./inputs.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface SignIn {
  readonly key: string;
  readonly user: string;
  readonly password: string;
}

/** The environment in which a command finds the sign-ins of the inputs; `file` is written when there are any. @throws PlimsollError USAGE */
export async function withSignIns(
  env: Environment,
  inputs: Inputs,
  { command, file }: { readonly command: ActionCommand; readonly file: string },
): Promise<Environment> {
  const signIns = signInsOf(inputs, command);
  if (signIns.length === 0) return env;
  const before = env["REGISTRY_AUTH_FILE"];
  const kept = before === undefined || before === "" ? null : await readSignIns(before);
  const auths = Object.fromEntries(
    signIns.map(({ key, user, password }) => [
      key,
      { auth: Buffer.from(`${user}:${password}`).toString("base64") },
    ]),
  );
  await writeFile(file, JSON.stringify({ auths: { ...kept?.auths, ...auths } }), { mode: 0o600 });
  return { ...env, REGISTRY_AUTH_FILE: file };
}

function signInsOf(inputs: Inputs, command: ActionCommand): readonly SignIn[] {
  const hub = pairOf(inputs, "dockerhub-user", "dockerhub-password");
  const read = pairOf(inputs, "registry-user", "registry-password");
  const write = pairOf(inputs, "registry-write-user", "registry-write-password");
  const pair = command === "attestation-add" ? (write ?? read) : read;
  const registry = registryOf(inputs, command);
  return [
    ...(hub === null ? [] : [{ key: HUB, ...hub }]),
    ...(pair === null || registry === null ? [] : [{ key: registry, ...pair }]),
  ];
}

function pairOf(
  inputs: Inputs,
  userName: InputName,
  passwordName: InputName,
): { readonly user: string; readonly password: string } | null {
  const user = inputs.text(userName);
  const password = inputs.text(passwordName);
  if (user === "" && password === "") return null;
  if (user !== "" && password !== "" && !user.includes(":")) return { user, password };
  throw new PlimsollError(
    "USAGE",
    `The inputs ${userName} and ${passwordName} go together; a user name has no colon.`,
  );
}

/** Of the image, else of what it is compared with; null: neither is in a registry. */
function registryOf(inputs: Inputs, command: ActionCommand): string | null {
  const [tag] = command === "attestation-add" ? inputs.list("tags") : [];
  return keyOf(tag ?? inputs.text("image")) ?? (command === "compare" ? keyOf(inputs.text("to")) : null);
}

/** As files of sign-ins name the registry; null: the reference names none. @throws PlimsollError REFERENCE_INVALID */
function keyOf(reference: string): string | null {
  const at = reference.indexOf("://");
  const scheme = at === -1 ? "image" : reference.slice(0, at);
  if (reference === "" || (scheme !== "image" && scheme !== "registry")) return null;
  const { registry } = parseReference(at === -1 ? reference : reference.slice(at + "://".length));
  return registry === "docker.io" ? HUB : registry;
}

/** Docker Hub's name in such files. */
const HUB = "https://index.docker.io/v1/";

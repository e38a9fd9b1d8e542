/**
 * Stored sign-ins: Docker's `config.json` and Podman's `auth.json` (containers-auth.json(5)).
 * Errors name the file and the field, never a value.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";
import { asObject, asOptionalText, asTextMap, type JsonObject, parseJsonObject } from "./json.ts";

/** A secret as stored. `identity-token` is exchanged for a token (OAuth2); `bearer` is sent as it is. */
export type Credentials =
  | { readonly kind: "basic"; readonly user: string; readonly password: string }
  | { readonly kind: "identity-token"; readonly token: string }
  | { readonly kind: "bearer"; readonly token: string };

export interface StoredSignIns {
  readonly path: string;
  /** Sign-ins by key as written: `https://index.docker.io/v1/`, `quay.io`, `quay.io/team`. */
  readonly auths: Readonly<Record<string, JsonObject>>;
  /** Helper by registry. */
  readonly helpers: Readonly<Record<string, string>>;
  /** Helper for all registries, or null. */
  readonly store: string | null;
}

const fileBytesMax = 1024 ** 2;

/**
 * Where sign-ins are kept, first to be asked first: `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`,
 * `$REGISTRY_AUTH_FILE`, `$XDG_RUNTIME_DIR/containers/auth.json`, `~/.config/containers/auth.json`.
 */
export function credentialFiles(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): readonly string[] {
  const docker = env["DOCKER_CONFIG"] || join(home, ".docker");
  const runtime = env["XDG_RUNTIME_DIR"];
  const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
  return [
    join(docker, "config.json"),
    ...(env["REGISTRY_AUTH_FILE"] ? [env["REGISTRY_AUTH_FILE"]] : []),
    ...(runtime ? [join(runtime, "containers", "auth.json")] : []),
    join(config, "containers", "auth.json"),
  ];
}

/** The sign-ins of a file, or null when there is no such file. @throws OciError CREDENTIALS_INVALID */
export async function readSignIns(path: string): Promise<StoredSignIns | null> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax) throw unreadable(path, `is larger than ${fileBytesMax} bytes`);
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error instanceof PlimsollError ? error : unreadable(path, "cannot be opened");
  }
  try {
    const document = parseJsonObject(bytes, "file of sign-ins", fileBytesMax);
    const auths = Object.entries(asObject(document["auths"] ?? {}, "auths"));
    return {
      path,
      auths: Object.fromEntries(auths.map(([key, value]) => [key, asObject(value, "auths entry")])),
      helpers: asTextMap(document["credHelpers"], "credHelpers"),
      store: asOptionalText(document["credsStore"], "credsStore"),
    };
  } catch (error) {
    // The cause may quote the document: it stays behind.
    throw unreadable(path, error instanceof PlimsollError ? `is not valid (${error.code})` : "is not valid");
  }
}

/** What one entry of `auths` holds, or null when it holds nothing. @throws OciError CREDENTIALS_INVALID */
export function credentialsOfEntry(entry: JsonObject, path: string): Credentials | null {
  const text = (name: string): string => {
    const value = entry[name];
    if (value !== undefined && typeof value !== "string") throw unreadable(path, `has an invalid "${name}"`);
    return value ?? "";
  };
  const identity = text("identitytoken");
  if (identity !== "") return { kind: "identity-token", token: identity };
  const bearer = text("registrytoken");
  if (bearer !== "") return { kind: "bearer", token: bearer };
  const auth = text("auth");
  if (auth !== "") {
    const pair = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const colon = pair.indexOf(":");
    if (colon < 1) throw unreadable(path, 'has an "auth" that is not base64 of user:password');
    return { kind: "basic", user: pair.slice(0, colon), password: pair.slice(colon + 1) };
  }
  if (text("username") === "") return null;
  return { kind: "basic", user: text("username"), password: text("password") };
}

export function unreadable(path: string, why: string): OciError {
  return new OciError("CREDENTIALS_INVALID", `${printable(path)} ${why}.`, { details: { path } });
}

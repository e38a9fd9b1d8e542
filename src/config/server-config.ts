/** Settings of the server, its workers, and the verbs that speak to a server. Part of `readConfig`. */
import { join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { readMailServer, type MailServer } from "./mail-server.ts";
import { parseListenAddress, parseServerUrl, type ListenAddress } from "./addresses.ts";

export interface ServerConfig {
  /** Absolute: the private PostgreSQL, the installation's key. */
  readonly dataDir: string;
  /** `postgres://…` of a database of the user's; holds a credential. Null: the private PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Absolute folder of PostgreSQL's programs; null: the optional package, else what the system has. */
  readonly postgresBin: string | null;
  /** Key that stored secrets are sealed with; null: the file `secret.key` of the data folder. */
  readonly secretKey: string | null;
  readonly listen: ListenAddress;
  /** Absolute files of the certificate and key that it shows; null: plain http. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Origin under which browsers and registries reach the server; null: that of the address it listens on. */
  readonly publicUrl: string | null;
  /** What signs verdicts in place of the organisations' own keys; null: those do. */
  readonly verdictSigner: {
    /** PEM file, absolute, or `exec:PROGRAM`. */
    readonly key: string;
    /** Absolute PEM file of the public halves that count, the current one first. */
    readonly publicKeyFile: string;
  } | null;
  /** Passwords and tokens may cross a network without TLS. */
  readonly allowPlainHttp: boolean;
  /** Jobs that a worker does at the same time. */
  readonly workerConcurrency: number;
  /** Addresses or CIDR of proxies whose word on the client's address is taken. */
  readonly trustedProxies: readonly string[];
  /** Where workers may connect to; as `io/connect-rules.ts` reads it. */
  readonly connect: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Server that members' own e-mail goes by; null: there is none. */
  readonly mail: MailServer | null;
}

export interface ClientConfig {
  /** Origin of the server that verbs speak to; null: the one of the last `plimsoll login`. */
  readonly server: string | null;
  /** Token for it; null: the one that `plimsoll login` stored. */
  readonly token: string | null;
  readonly organisation: string | null;
  /** ID token of a CI system, which `plimsoll login --oidc` exchanges; null: the system is asked for one, where that can be. */
  readonly idToken: string | null;
  /** The token may be sent without TLS to other machines. */
  readonly allowPlainHttp: boolean;
  /** Absolute: tokens by server, of mode 0600. */
  readonly credentialsFile: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** A folder setting, made absolute. */
type ReadFolder = (variable: string, fallback: string) => string;

interface Common {
  /** Folder of everything Plimsoll keeps. */
  readonly home: string;
  readonly allowPlainHttp: boolean;
}

/** @throws PlimsollError CONFIG_INVALID */
export function readServerConfig(env: Environment, common: Common, folder: ReadFolder): ServerConfig {
  const postgresBin = folder("PLIMSOLL_POSTGRES_BIN", "");
  return Object.freeze({
    dataDir: folder("PLIMSOLL_DATA_DIR", join(common.home, "server")),
    databaseUrl: text(env, "PLIMSOLL_DATABASE_URL"),
    postgresBin: postgresBin === "" ? null : postgresBin,
    secretKey: readKey(text(env, "PLIMSOLL_SECRET_KEY")),
    listen: readListen(text(env, "PLIMSOLL_LISTEN") ?? LISTEN_DEFAULT),
    tls: readTlsFiles(folder("PLIMSOLL_TLS_CERT", ""), folder("PLIMSOLL_TLS_KEY", "")),
    publicUrl: readOrigin(env, "PLIMSOLL_PUBLIC_URL"),
    verdictSigner: readVerdictSigner(env, folder),
    allowPlainHttp: common.allowPlainHttp,
    workerConcurrency: readConcurrency(text(env, "PLIMSOLL_WORKER_CONCURRENCY")),
    trustedProxies: readProxies(text(env, "PLIMSOLL_TRUSTED_PROXIES")),
    connect: Object.freeze({
      allow: readPlaces(env, "PLIMSOLL_CONNECT_ALLOW"),
      deny: readPlaces(env, "PLIMSOLL_CONNECT_DENY"),
    }),
    mail: readMailServer(text(env, "PLIMSOLL_SMTP_URL"), text(env, "PLIMSOLL_SMTP_FROM")),
  });
}

/** @throws PlimsollError CONFIG_INVALID */
export function readClientConfig(env: Environment, common: Common): ClientConfig {
  const organisation = text(env, "PLIMSOLL_ORG") ?? text(env, "DOCKER_SCOUT_ORG");
  return Object.freeze({
    server: readOrigin(env, "PLIMSOLL_SERVER"),
    token: text(env, "PLIMSOLL_TOKEN"),
    organisation,
    idToken: text(env, "PLIMSOLL_ID_TOKEN"),
    allowPlainHttp: common.allowPlainHttp,
    credentialsFile: join(common.home, "credentials.json"),
  });
}

function readConcurrency(word: string | null): number {
  if (word === null) return CONCURRENCY_DEFAULT;
  const count = Number(word);
  if (/^\d{1,3}$/.test(word) && count >= 1 && count <= CONCURRENCY_MAX) return count;
  throw invalid(`PLIMSOLL_WORKER_CONCURRENCY takes a number from 1 to ${CONCURRENCY_MAX}, not "${word}".`);
}

function readListen(word: string): ListenAddress {
  const address = parseListenAddress(word);
  if (address !== null) return address;
  throw invalid(`PLIMSOLL_LISTEN takes host:port, such as ${LISTEN_DEFAULT}, not "${word}".`);
}

/** Absolute files, or empty. @throws PlimsollError CONFIG_INVALID for one without the other */
export function readTlsFiles(certFile: string, keyFile: string): ServerConfig["tls"] {
  if (certFile === "" && keyFile === "") return null;
  if (certFile !== "" && keyFile !== "") return Object.freeze({ certFile, keyFile });
  throw invalid("PLIMSOLL_TLS_CERT and PLIMSOLL_TLS_KEY are given together or not at all.");
}

/** Public halves are named, because those of rotated keys count for a while, and a program does not tell its own. */
function readVerdictSigner(env: Environment, folder: ReadFolder): ServerConfig["verdictSigner"] {
  const word = text(env, "PLIMSOLL_VERDICT_SIGN_KEY");
  const publicKeyFile = folder("PLIMSOLL_VERDICT_PUBLIC_KEY", "");
  if (word === null && publicKeyFile === "") return null;
  if (word === null || publicKeyFile === "")
    throw invalid(
      "PLIMSOLL_VERDICT_SIGN_KEY and PLIMSOLL_VERDICT_PUBLIC_KEY are given together or not at all.",
    );
  const key = word.startsWith("exec:") ? word : folder("PLIMSOLL_VERDICT_SIGN_KEY", "");
  return Object.freeze({ key, publicKeyFile });
}

function readProxies(words: string | null): readonly string[] {
  const proxies = listOf(words);
  const wrong = proxies.find((word) => !isNetwork(word));
  if (wrong === undefined) return Object.freeze(proxies);
  throw invalid(`PLIMSOLL_TRUSTED_PROXIES takes addresses or CIDR, such as 10.0.0.0/8, not "${wrong}".`);
}

function readPlaces(env: Environment, variable: string): readonly string[] {
  const places = listOf(text(env, variable));
  const wrong = places.find((word) => !isNetwork(word) && !isHostName(word));
  if (wrong === undefined) return Object.freeze(places);
  const form = "names, addresses or CIDR without a port, such as *.example.com,10.0.0.0/8";
  throw invalid(`${variable} takes ${form}, not "${wrong}".`);
}

/** What has digits and dots alone is an address that was mistyped. */
function isHostName(word: string): boolean {
  return /^(?:\*\.)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(word) && !/^[\d.]+$/.test(word);
}

/** An address or CIDR. Only the form: Node's own check would load its network code into every command. */
function isNetwork(word: string): boolean {
  const [, four, six, bits] =
    /^(?:(\d{1,3}(?:\.\d{1,3}){3})|([0-9A-Fa-f:.]{2,45}))(?:\/(\d{1,3}))?$/.exec(word) ?? [];
  if (four === undefined && (six === undefined || !six.includes(":"))) return false;
  const isInRange = four === undefined || four.split(".").every((part) => Number(part) <= 255);
  return isInRange && Number(bits ?? 0) <= (four === undefined ? 128 : 32);
}

function listOf(words: string | null): readonly string[] {
  const list = (words ?? "").split(",").map((word) => word.trim());
  return list.filter((word) => word !== "");
}

function readOrigin(env: Environment, variable: string): string | null {
  const word = text(env, variable);
  if (word === null) return null;
  const origin = parseServerUrl(word);
  if (origin !== null) return origin;
  // Not repeated in the message: it may hold a password.
  throw invalid(`${variable} takes scheme, host and port, such as https://plimsoll.example.com.`);
}

function readKey(key: string | null): string | null {
  if (key === null || key.length >= KEY_LENGTH_MIN) return key;
  throw invalid(`PLIMSOLL_SECRET_KEY must have at least ${KEY_LENGTH_MIN} characters.`);
}

function text(env: Environment, variable: string): string | null {
  const value = env[variable];
  return value === undefined || value === "" ? null : value;
}

function invalid(message: string): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", message);
}

/** Two: the work is fetching and inflating, which overlap. */
const CONCURRENCY_DEFAULT = 2;
const CONCURRENCY_MAX = 64;
const LISTEN_DEFAULT = "127.0.0.1:7300";
/** As `io/secret-box.ts` asks. */
const KEY_LENGTH_MIN = 32;

import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "./config.ts";
import { settings } from "./settings.ts";

test("folders default below the user's data folder", () => {
  const config = readConfig({}, "/home/ada", "/srv/app");
  assert.equal(config.databaseDir, "/home/ada/.local/share/plimsoll/db");
  assert.equal(config.cacheDir, "/home/ada/.local/share/plimsoll/cache");
});

test("a relative folder is resolved against the caller's folder", () => {
  assert.equal(readConfig({ PLIMSOLL_DB_DIR: "x/db" }, "/home/ada", "/srv/app").databaseDir, "/srv/app/x/db");
});

const badHours = ["0", "-1", "soon", "NaN"];
for (const value of badHours) {
  test(`PLIMSOLL_DB_MAX_AGE_HOURS=${value} is refused`, () => {
    assert.throws(() => readConfig({ PLIMSOLL_DB_MAX_AGE_HOURS: value }, "/h", "/w"), {
      code: "CONFIG_INVALID",
    });
  });
}

const refused: readonly (readonly [name: string, env: Readonly<Record<string, string>>])[] = [
  ["a switch that is neither on nor off", { PLIMSOLL_NO_CACHE: "maybe" }],
  [
    "an address in place of a host",
    { PLIMSOLL_INSECURE_REGISTRIES: "localhost:5000,http://registry.example.com" },
  ],
  ["a path in place of a host", { PLIMSOLL_INSECURE_REGISTRIES: "registry.example.com/team" }],
  ["a mirror of nothing", { PLIMSOLL_REGISTRY_MIRRORS: "mirror.example.com" }],
  ["a mirror with a scheme", { PLIMSOLL_REGISTRY_MIRRORS: "docker.io=https://mirror.example.com" }],
  ["a user without a password", { PLIMSOLL_REGISTRY_USER: "ada" }],
  ["a password without a user", { PLIMSOLL_REGISTRY_PASSWORD: "secret" }],
  ["a key of verdicts without its public half", { PLIMSOLL_VERDICT_SIGN_KEY: "/key.pem" }],
  ["a public half without its key", { PLIMSOLL_VERDICT_PUBLIC_KEY: "/key.pub" }],
  ["a certificate without its key", { PLIMSOLL_TLS_CERT: "/cert.pem" }],
  ["a key without its certificate", { PLIMSOLL_TLS_KEY: "/key.pem" }],
  ["an address without a port to listen on", { PLIMSOLL_LISTEN: "localhost" }],
  ["a port that does not exist", { PLIMSOLL_LISTEN: "127.0.0.1:65536" }],
  ["a scheme in the address to listen on", { PLIMSOLL_LISTEN: "http://127.0.0.1:7300" }],
  ["a public address with a path", { PLIMSOLL_PUBLIC_URL: "https://example.com/plimsoll" }],
  ["a public address without a scheme", { PLIMSOLL_PUBLIC_URL: "plimsoll.example.com" }],
  ["a server with a password in it", { PLIMSOLL_SERVER: "https://ada:secret@example.com" }],
  ["a short key", { PLIMSOLL_SECRET_KEY: "short" }],
  ["a network that is none", { PLIMSOLL_CONNECT_DENY: "10.0.0.0/33" }],
  ["an address that is none", { PLIMSOLL_CONNECT_ALLOW: "10.0.0.256" }],
  ["a place with a port", { PLIMSOLL_CONNECT_ALLOW: "registry.example.com:5000" }],
  ["a place with a scheme", { PLIMSOLL_CONNECT_ALLOW: "https://registry.example.com" }],
  ["a proxy that is no address", { PLIMSOLL_TRUSTED_PROXIES: "10.0.0.0/8,proxy.example.com" }],
  ["no worker at all", { PLIMSOLL_WORKER_CONCURRENCY: "0" }],
  ["half a worker", { PLIMSOLL_WORKER_CONCURRENCY: "1.5" }],
];
for (const [name, env] of refused) {
  test(`${name} is refused`, () => {
    assert.throws(() => readConfig(env, "/h", "/w"), { code: "CONFIG_INVALID" });
  });
}

test("hosts with and without a port are accepted", () => {
  const env = {
    PLIMSOLL_INSECURE_REGISTRIES: "registry.example.com, localhost:5000,[::1]:5000",
    PLIMSOLL_NO_CACHE: "0",
  };
  const config = readConfig(env, "/h", "/w");
  assert.deepEqual(config.registry.insecureRegistries, [
    "registry.example.com",
    "localhost:5000",
    "[::1]:5000",
  ]);
  assert.equal(config.useCache, true);
});

test("a server of nobody's making keeps to this machine and its own folder", () => {
  const { server, client } = readConfig({ PLIMSOLL_HOME: "/data" }, "/home/ada", "/srv");
  assert.deepEqual(server, {
    dataDir: "/data/server",
    databaseUrl: null,
    postgresBin: null,
    secretKey: null,
    listen: { host: "127.0.0.1", port: 7300 },
    tls: null,
    verdictSigner: null,
    publicUrl: null,
    allowPlainHttp: false,
    workerConcurrency: 2,
    trustedProxies: [],
    connect: { allow: [], deny: [] },
    mail: null,
  });
  assert.deepEqual(client, {
    server: null,
    token: null,
    organisation: null,
    idToken: null,
    allowPlainHttp: false,
    credentialsFile: "/data/credentials.json",
  });
});

const listens: readonly (readonly [word: string, host: string, port: number])[] = [
  ["[::1]:8080", "::1", 8080],
  [":7300", "0.0.0.0", 7300],
  ["plimsoll.example.com:0", "plimsoll.example.com", 0],
];
for (const [word, host, port] of listens) {
  test(`PLIMSOLL_LISTEN=${word} is understood`, () => {
    assert.deepEqual(readConfig({ PLIMSOLL_LISTEN: word }, "/h", "/w").server.listen, { host, port });
  });
}

test("verdicts are signed by a file, which becomes absolute, or a program", () => {
  const signer = (key: string) =>
    readConfig({ PLIMSOLL_VERDICT_SIGN_KEY: key, PLIMSOLL_VERDICT_PUBLIC_KEY: "k.pub" }, "/h", "/srv").server
      .verdictSigner;
  assert.deepEqual(signer("k.pem"), { key: "/srv/k.pem", publicKeyFile: "/srv/k.pub" });
  assert.deepEqual(signer("exec:sign"), { key: "exec:sign", publicKeyFile: "/srv/k.pub" });
});

test("where workers connect to is a list of names, addresses and networks", () => {
  const words = [
    "registry.example.com",
    "*.example.net",
    "registry1",
    "10.0.0.0/8",
    "192.0.2.1",
    "::1",
    "fd00::/8",
  ];
  const env = { PLIMSOLL_CONNECT_ALLOW: words.join(", "), PLIMSOLL_CONNECT_DENY: words.join(",") };
  assert.deepEqual(readConfig(env, "/h", "/w").server.connect, { allow: words, deny: words });
});

test("servers are origins without a slash, and folders absolute", () => {
  const env = {
    PLIMSOLL_SERVER: "https://plimsoll.example.com/",
    PLIMSOLL_PUBLIC_URL: "http://127.0.0.1:7300",
    PLIMSOLL_POSTGRES_BIN: "pg/bin",
    PLIMSOLL_TLS_CERT: "tls/cert.pem",
    PLIMSOLL_TLS_KEY: "/keys/key.pem",
    DOCKER_SCOUT_ORG: "acme",
  };
  const { server, client } = readConfig(env, "/h", "/srv");
  assert.equal(client.server, "https://plimsoll.example.com");
  assert.equal(server.publicUrl, "http://127.0.0.1:7300");
  assert.equal(server.postgresBin, "/srv/pg/bin");
  assert.deepEqual(server.tls, { certFile: "/srv/tls/cert.pem", keyFile: "/keys/key.pem" });
  assert.equal(client.organisation, "acme");
});

test("no message repeats a password of an address", () => {
  try {
    readConfig({ PLIMSOLL_SERVER: "https://ada:hunter2@example.com" }, "/h", "/w");
    assert.fail("accepted");
  } catch (error) {
    assert.doesNotMatch(String(error), /hunter2/);
  }
});

test("every setting has a distinct variable", () => {
  assert.equal(new Set(settings.map((row) => row.variable)).size, settings.length);
});

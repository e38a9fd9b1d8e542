/** How each product's list of repositories is read, by the examples of its API's documentation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { getRegistryKind, plainSettings } from "./kinds.ts";
import type { ApiAnswer, ApiRequest, ListingPlace, ProductSettings } from "./types.ts";

interface Listed {
  readonly names: readonly string[];
  readonly asked: readonly ApiRequest[];
}

type Reply = Partial<ApiAnswer> | undefined;

async function list(
  kindId: string,
  replies: Readonly<Record<string, Reply>>,
  {
    host = "registry.example.com",
    signIn = { username: "ann", password: "pw" },
    ...settings
  }: Partial<ProductSettings> & Partial<Pick<ListingPlace, "host" | "signIn">> = {},
): Promise<Listed> {
  const { listing } = getRegistryKind(kindId);
  assert.ok(listing.kind === "api");
  const asked: ApiRequest[] = [];
  const names = await listing.list(
    (request) => {
      asked.push(request);
      const reply = replies[request.url];
      const nothing = { status: 404, json: null, link: null };
      return Promise.resolve(
        reply === undefined ? nothing : { status: 200, json: null, link: null, ...reply },
      );
    },
    { host, signIn, settings: { ...plainSettings, ...settings } },
  );
  return { names, asked };
}

const basic = `Basic ${Buffer.from("ann:pw").toString("base64")}`;

test("Harbor, page by page", async () => {
  const root = "https://registry.example.com/api/v2.0";
  const row = (count: number, from: number) =>
    Array.from({ length: count }, (_, at) => ({ id: at, name: `library/r${from + at}` }));
  const { names, asked } = await list("harbor", {
    [`${root}/repositories?page=1&page_size=100`]: { json: row(100, 0) },
    [`${root}/repositories?page=2&page_size=100`]: { json: row(7, 100) },
  });
  assert.deepEqual([names.length, names[0], names.at(-1)], [107, "library/r0", "library/r106"]);
  assert.ok(asked.every(({ headers }) => headers?.["authorization"] === basic));
  const one = await list(
    "harbor",
    {
      "https://h.example.com/api/v2.0/projects/a/repositories?page=1&page_size=100": {
        json: [{ name: "a/x" }],
      },
    },
    { spaces: ["a"], apiUrl: "https://h.example.com" },
  );
  assert.deepEqual(one.names, ["a/x"]);
});

test("Docker Hub, with a token for the account", async () => {
  const hub = "https://hub.docker.com/v2";
  const first = `${hub}/namespaces/ann/repositories?page_size=100`;
  const { names, asked } = await list(
    "docker-hub",
    {
      [`${hub}/auth/token`]: { json: { access_token: "t" } },
      [first]: { json: { next: `${first}&page=2`, results: [{ name: "x", namespace: "ann" }] } },
      [`${first}&page=2`]: {
        json: { next: "https://elsewhere.example/next", results: [{ name: "y", namespace: "ann" }] },
      },
    },
    { host: "docker.io" },
  );
  assert.deepEqual(names, ["ann/x", "ann/y"]);
  assert.deepEqual(
    asked.map(({ url, headers }) => [url, headers?.["authorization"] ?? null]),
    [
      [`${hub}/auth/token`, null],
      [first, "Bearer t"],
      [`${first}&page=2`, "Bearer t"],
    ],
  );
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), { identifier: "ann", secret: "pw" });
});

test("GitHub, an organisation and a person, by links that stay at GitHub", async () => {
  const api = "https://api.github.com";
  const query = "packages?package_type=container&per_page=100";
  const next = `${api}/organizations/1/${query}&page=2`;
  const { names, asked } = await list(
    "ghcr",
    {
      [`${api}/orgs/Acme/${query}`]: {
        json: [{ name: "My-App", owner: { login: "Acme" } }],
        link: `<${next}>; rel="next", <${next}>; rel="last"`,
      },
      [next]: {
        json: [{ name: "tools/cli", owner: { login: "Acme" } }],
        link: `<https://evil.example/?page=3>; rel="next"`,
      },
      [`${api}/users/ann/${query}`]: { json: [{ name: "toy", owner: { login: "ann" } }] },
    },
    { spaces: ["Acme", "ann"], host: "ghcr.io" },
  );
  assert.deepEqual(names, ["acme/my-app", "acme/tools/cli", "ann/toy"]);
  assert.ok(
    asked.every(({ url, headers }) => url.startsWith(api) && headers?.["authorization"] === "Bearer pw"),
  );
});

test("Artifactory, with its repositories in the path or not", async () => {
  const url = "https://registry.example.com/artifactory/api/docker/docker-local/v2/_catalog";
  const replies = { [url]: { json: { repositories: ["acme/my-app"] } } };
  assert.deepEqual((await list("artifactory", replies, { spaces: ["docker-local"] })).names, [
    "docker-local/acme/my-app",
  ]);
  const plain = await list("artifactory", replies, { spaces: ["docker-local"], spaceInPath: false });
  assert.deepEqual(plain.names, ["acme/my-app"]);
});

test("Nexus, a row a tag", async () => {
  const url = "https://registry.example.com/service/rest/v1/components?repository=docker-hosted";
  const row = (name: string, format = "docker") => ({ format, name, version: "1" });
  const { names } = await list(
    "nexus",
    {
      [url]: { json: { items: [row("a"), row("a"), row("x", "npm")], continuationToken: "88491cd1" } },
      [`${url}&continuationToken=88491cd1`]: {
        json: { items: [row("a"), row("b")], continuationToken: null },
      },
    },
    { spaces: ["docker-hosted"] },
  );
  assert.deepEqual(names, ["a", "b"]);
});

test("Quay and GitLab", async () => {
  const quay = "https://quay.io/api/v1/repository?namespace=acme";
  const listed = await list(
    "quay",
    {
      [quay]: { json: { repositories: [{ namespace: "acme", name: "a" }], next_page: "n 1" } },
      [`${quay}&next_page=n+1`]: { json: { repositories: [{ namespace: "acme", name: "b" }] } },
    },
    { host: "quay.io", spaces: ["acme"], signIn: { username: "$oauthtoken", password: "t" } },
  );
  assert.deepEqual(listed.names, ["acme/a", "acme/b"]);
  assert.equal(listed.asked[0]?.headers?.["authorization"], "Bearer t");
  const gitlab = "https://gitlab.com/api/v4/groups/acme%2Fteam/registry/repositories?per_page=100";
  const groups = await list(
    "gitlab",
    { [gitlab]: { json: [{ id: 1, name: "", path: "acme/team/app", location: "x" }] } },
    { host: "registry.gitlab.com", spaces: ["acme/team"] },
  );
  assert.deepEqual(groups.names, ["acme/team/app"]);
  assert.equal(groups.asked[0]?.headers?.["private-token"], "pw");
});

test("another answer is an error with a code, never an empty list", async () => {
  const rows: readonly (readonly [kind: string, host: string])[] = [
    ["artifactory", "registry.example.com"],
    ["nexus", "registry.example.com"],
    ["quay", "quay.io"],
    ["gitlab", "registry.gitlab.com"],
    ["ghcr", "ghcr.io"],
    ["docker-hub", "docker.io"],
  ];
  const code = (wanted: string) => (error: unknown) =>
    error instanceof PlimsollError && error.code === wanted;
  await assert.rejects(list("harbor", {}), code("REGISTRY_PROTOCOL"));
  for (const [kind, host] of rows) {
    const place = { host, signIn: null };
    await assert.rejects(list(kind, {}, { ...place, spaces: ["a"] }), code("REGISTRY_PROTOCOL"), kind);
    await assert.rejects(list(kind, {}, place), code("LISTING_UNSUPPORTED"), kind);
  }
});

test("a sign-in goes to no service that its registry is not part of", async () => {
  for (const kind of ["ghcr", "gitlab", "docker-hub"])
    await assert.rejects(
      list(kind, {}, { spaces: ["a"] }),
      (error) => error instanceof PlimsollError && error.code === "LISTING_UNSUPPORTED",
      kind,
    );
});

test("a list without end is broken off", async () => {
  const { listing } = getRegistryKind("harbor");
  assert.ok(listing.kind === "api");
  const json = Array.from({ length: 100 }, () => ({ name: "a/b" }));
  await assert.rejects(
    listing.list(() => Promise.resolve({ status: 200, json, link: null }), {
      host: "h.example.com",
      signIn: null,
      settings: plainSettings,
    }),
    (error) => error instanceof PlimsollError && error.code === "REGISTRY_PROTOCOL",
  );
});

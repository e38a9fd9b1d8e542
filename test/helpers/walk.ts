/**
 * The walk of a new user, from an empty folder to a decision that turns a verdict: server, registry, dashboard and command line, all
 * real. Run by `test/e2e/walk*.test.ts` on the private PostgreSQL and on an external one.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { openPage, type WatchedPage } from "../../tools/gallery/browser.ts";
import { freePort, startRegistry, type LocalRegistry } from "./local-registry.ts";
import { runProcess, type Run } from "./run-plimsoll.ts";
import { advisoryFor, createBuilder, npmAdvisory, type Builder } from "./walk-images.ts";

export interface WalkPlaces {
  readonly folder: string;
  /** `PLIMSOLL_HOME` of the server and its workers. */
  readonly home: string;
  readonly address: string;
  readonly ownerToken: string;
}

export const ownerPassword = "owner battery staple";
export const developerPassword = "developer battery staple";
export const securityPassword = "security battery staple";

/** crypt(3) with bcrypt, cost 4: no secret, it opens nothing but a registry of a test. */
const registryUser = {
  user: "ann",
  password: "s3cret-pass",
  htpasswd: "ann:$2y$04$abcdefghijklmnopqrstuuaUNpTaGyHErb7YklXKRt/SEtSLxPST6",
};

/** A person at a browser. */
export interface Person {
  readonly page: Page;
  readonly watched: WatchedPage;
}

export class Walk {
  readonly places: WalkPlaces;
  readonly browser: Browser;
  /** Where `plimsoll login` of the owner keeps its token. */
  readonly shell: string;
  registry!: LocalRegistry;
  builder!: Builder;
  receiver!: WebhookReceiver;
  readonly #people: Person[] = [];

  constructor(places: WalkPlaces, browser: Browser) {
    this.places = places;
    this.browser = browser;
    this.shell = join(places.folder, "shell");
    mkdirSync(this.shell, { recursive: true });
  }

  /** Runs the command line as the owner does in a shell of their own. */
  plimsoll(
    args: readonly string[],
    stdin?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    const env = {
      HOME: this.shell,
      PLIMSOLL_HOME: join(this.shell, "plimsoll"),
      PLIMSOLL_DB_DIR: join(this.places.home, "db"),
      DOCKER_CONFIG: join(this.places.folder, "docker"),
      PLIMSOLL_INSECURE_REGISTRIES: this.registry === undefined ? "" : this.registry.host,
      ...more,
    };
    return runProcess(args, stdin === undefined ? { env } : { env, stdin });
  }

  async must(args: readonly string[], stdin?: string): Promise<Run> {
    const run = await this.plimsoll(args, stdin);
    assert.equal(run.exitCode, 0, `plimsoll ${args.join(" ")}\n${run.stdout}${run.stderr}`);
    return run;
  }

  /** The owner's token, as `plimsoll login` keeps it. */
  get token(): string {
    const text = readFileSync(join(this.shell, "plimsoll/credentials.json"), "utf8");
    return /plim_[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? assert.fail("no token is kept");
  }

  /** Asks the API with the owner's token. */
  async api(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: Record<string, unknown> }> {
    const answer = await fetch(`${this.places.address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** The vulnerability database of the workers, made of advisories on source packages of Debian 12. */
  async buildDatabase(advisories: Readonly<Record<string, string>>): Promise<void> {
    const from = join(this.places.folder, "advisories");
    mkdirSync(from, { recursive: true });
    for (const [id, source] of Object.entries(advisories))
      writeFileSync(join(from, `DEBIAN-${id}.json`), advisoryFor(id, source));
    // Without a feed for npm the application's own package could not be judged, and no policy would be met.
    writeFileSync(join(from, "GHSA-xxxx-npmm-0001.json"), npmAdvisory);
    await this.must(["db", "build", "--quiet", "--from", from]);
  }

  /** A registry behind a password, which tells the server of pushes once it knows the token. */
  async connectRegistry(): Promise<void> {
    const folder = join(this.places.folder, "registry");
    const port = await freePort();
    const host = `127.0.0.1:${port}`;
    const added = await this.must(
      [
        "registry",
        "add",
        "--org",
        "acme",
        "--insecure",
        "--username",
        registryUser.user,
        "--password-stdin",
        host,
      ],
      `${registryUser.password}\n`,
    );
    // What is printed is pasted into the registry's configuration as it stands.
    this.registry = await startRegistry(folder, registryUser, added.stdout, port);
    const auth = Buffer.from(`${registryUser.user}:${registryUser.password}`).toString("base64");
    mkdirSync(join(this.places.folder, "docker"), { recursive: true });
    const file = join(this.places.folder, "docker/config.json");
    writeFileSync(file, JSON.stringify({ auths: { [host]: { auth } } }));
    this.builder = createBuilder(join(this.places.folder, "buildah"), file);
  }

  async person(): Promise<Person> {
    const watched = await openPage(this.browser, "light");
    const person = { page: watched.page, watched };
    this.#people.push(person);
    return person;
  }

  async signIn(name: string, password: string): Promise<Page> {
    const { page } = await this.person();
    await page.goto(`${this.places.address}/login`);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    return page;
  }

  /** Nothing that the pages' policy refused, and no error in a console. */
  complaints(): readonly string[] {
    return this.#people
      .flatMap(({ watched }) => watched.complaints)
      .filter((text) => !/status of 401 .*\/session\)$/.test(text));
  }

  async close(): Promise<void> {
    for (const { page } of this.#people) await page.context().close();
    await this.registry?.stop();
    await this.receiver?.close();
  }
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly { readonly id: string; readonly body: Record<string, unknown> }[];
  /** Set once it is known; deliveries that it did not sign are refused. */
  secret: string;
  close(): Promise<void>;
}

/** Takes only what is signed as https://www.standardwebhooks.com says. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: { id: string; body: Record<string, unknown> }[] = [];
  const receiver = { secret: "" };
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const id = String(request.headers["webhook-id"]);
      const signed = `${id}.${String(request.headers["webhook-timestamp"])}.${body}`;
      const key = Buffer.from(receiver.secret.replace(/^whsec_/, ""), "base64");
      const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
      const isSigned = String(request.headers["webhook-signature"]).split(" ").includes(expected);
      if (isSigned) received.push({ id, body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(isSigned ? 204 : 401).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/plimsoll`,
    received,
    close: () => new Promise<void>((done) => server.close(() => done())),
  });
}

/** Asks again until the answer is there. A bound only against waiting for ever: nothing is measured by it. */
export async function eventually<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
): Promise<T> {
  for (let round = 0; round < 600; round += 1) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await pause(200);
  }
  throw new Error(`never happened: ${what}`);
}

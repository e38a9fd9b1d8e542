/**
 * What `deploy/` says is what there is: settings, verbs, options, ports and addresses of the container file, the compose file, the
 * chart and the units exist in the program, and nothing in them runs as root, writes to its root or keeps a privilege. The chart
 * is rendered by `test/proof/helm-chart.ts`, which needs helm.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Command } from "commander";
import { parse } from "yaml";
import { makeProgram } from "../src/cli/main.ts";
import { verbs } from "../src/cli/verbs.ts";
import { settings } from "../src/config/settings.ts";
import { allRoutes } from "../src/server/routes/all.ts";
import { repositoryRoot } from "./helpers/run-plimsoll.ts";
import { silentContext } from "./helpers/silent-context.ts";

const folder = join(repositoryRoot, "deploy");
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
const files = ["container", "systemd", "helm"].flatMap((name) =>
  readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)),
);
const known = new Set(settings.map(({ variable }) => variable));
/** What the compose file reads for itself. */
const ofCompose = new Set(["PLIMSOLL_IMAGE"]);
const program = await makeProgram(silentContext, verbs, () => {});
/** Where `PLIMSOLL_LISTEN` of the image listens. */
const port = Number(/PLIMSOLL_LISTEN=:(\d+)/.exec(read("container/Dockerfile"))?.[1]);

/** Fails where a word is neither a verb of what stands before it nor an option of it. */
function checkCommand(words: readonly string[]): void {
  let command: Command = program;
  for (const word of words) {
    if (word.startsWith("-")) {
      assert.ok(
        command.options.some(({ long }) => long === word.split("=")[0]),
        `${words.join(" ")}: ${word}`,
      );
      continue;
    }
    const next = command.commands.find((each) => each.name() === word) as Command | undefined;
    assert.ok(next !== undefined, `there is no verb ${word} in: ${words.join(" ")}`);
    command = next;
  }
  assert.ok(command !== program && command.commands.length === 0, words.join(" "));
}

describe("deploy", () => {
  it("names settings that exist", () => {
    assert.ok(files.length >= 12, files.join(", "));
    const named = files.flatMap((path) => read(path).match(/PLIMSOLL_[A-Z_]*[A-Z]/g) ?? []);
    assert.ok(named.length > 20);
    assert.deepEqual(
      [...new Set(named)].filter((name) => !known.has(name) && !ofCompose.has(name)),
      [],
    );
  });

  it("names verbs that exist", () => {
    const commands: string[][] = [];
    for (const path of files) {
      const text = read(path);
      for (const [, words = ""] of text.matchAll(/^ *(?:args|command): \[([^\]]+)\]$/gm)) {
        commands.push(words.split(",").map((word) => word.trim().replaceAll('"', "")));
      }
      for (const [, words = ""] of text.matchAll(/^ExecStart=\/usr\/bin\/plimsoll (.+)$/gm)) {
        commands.push(words.split(" "));
      }
      for (const [, words = ""] of text.matchAll(/^CMD (\[.+\])$/gm)) commands.push(parse(words) as string[]);
    }
    assert.equal(commands.length, 9, JSON.stringify(commands));
    for (const words of commands) checkCommand(words);
  });

  it("names one port, and addresses that are served there", () => {
    assert.ok(port > 1023);
    const texts = files.map(read).join("\n");
    for (const [, number] of texts.matchAll(
      /(?:EXPOSE |containerPort: |127\.0\.0\.1:|\{ port: )(\d{4})\b/g,
    )) {
      assert.equal(Number(number), port);
    }
    const probed = [...texts.matchAll(/(?:path: |127\.0\.0\.1:\d+)(\/[a-z]+z)\b/g)].map(([, path]) => path);
    assert.deepEqual([...new Set(probed)].toSorted(), ["/livez", "/readyz"]);
    const served = allRoutes.map(({ spec }) => spec.alsoAt);
    for (const path of probed) assert.ok(served.includes(path), path);
  });

  it("has a container file that runs nothing while it builds, and no shell form", () => {
    const lines = read("container/Dockerfile").replaceAll("\\\n", " ").split("\n");
    const of = (word: string): string[] => lines.filter((line) => line.startsWith(`${word} `));
    assert.deepEqual(of("RUN"), []);
    assert.deepEqual(of("USER"), ["USER 65532:65532"]);
    for (const line of [...of("ENTRYPOINT"), ...of("CMD")]) assert.match(line, /^[A-Z]+ \[".*"\]$/);
    const sources = of("COPY").flatMap((line) =>
      line
        .split(" ")
        .slice(1, -1)
        .filter((word) => !word.startsWith("--")),
    );
    // What the build makes is not there before it.
    const built = ["dist/", "dist/THIRD-PARTY-NOTICES.txt"];
    for (const source of sources.filter((path) => !built.includes(path)))
      assert.ok(readdirSync(join(repositoryRoot, source, "..")).length > 0, source);
    for (const source of sources) {
      const isLeftIn = read("container/Dockerfile.dockerignore")
        .split("\n")
        .some((line) => line.startsWith("!") && source.startsWith(line.slice(1)));
      assert.ok(isLeftIn, `${source} is ignored`);
    }
  });

  it("has a compose file whose services keep no privilege", () => {
    const compose = parse(read("container/compose.yaml"), { merge: true }) as {
      services: Record<string, Record<string, unknown>>;
      networks: Record<string, unknown>;
    };
    const { postgres, ...own } = compose.services;
    assert.deepEqual(Object.keys(own), ["server", "worker", "vulnerabilities"]);
    for (const [name, service] of Object.entries(own)) {
      assert.equal(service["read_only"], true, name);
      assert.equal(service["user"], "65532:65532", name);
      assert.deepEqual(service["cap_drop"], ["ALL"], name);
      assert.deepEqual(service["security_opt"], ["no-new-privileges:true"], name);
    }
    assert.deepEqual(compose.networks["inside"], { internal: true });
    assert.deepEqual(postgres?.["networks"], ["inside"], "nobody outside reaches the database");
  });

  it("has units that are hardened, and turn off what is not there", () => {
    for (const name of ["plimsoll.service", "plimsoll-vulnerabilities.service"]) {
      const unit = read(`systemd/${name}`);
      for (const line of [
        "User=plimsoll",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "SystemCallFilter=@system-service",
        "UMask=0077",
      ]) {
        assert.ok(unit.split("\n").includes(line), `${name}: ${line}`);
      }
    }
  });
});

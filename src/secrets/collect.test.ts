/** Secrets of the configuration, what is shown of them, and the list of an image. Put together while it runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileTree } from "../../test/helpers/file-tree.ts";
import { emptyImageConfig } from "../domain/empty-image-config.ts";
import type { InspectedFile } from "../domain/files.ts";
import type { ImageConfig } from "../domain/image.ts";
import { placeText } from "../domain/secret.ts";
import { collectSecrets, tooLargeFiles } from "./collect.ts";
import { findSecretsInConfig, redactCommand, redactConfig } from "./configuration.ts";

const token = ["dckr", "_pat_", "Zk3vQ8sW1xY6bN0mL4pR7tU2aCd"].join("");
const word = "kr7-Zeta-9";

function configWith(changes: Partial<ImageConfig>): ImageConfig {
  return {
    platform: { os: "linux", architecture: "amd64", variant: null },
    ...emptyImageConfig,
    ...changes,
  };
}

const step = (createdBy: string) => ({ createdBy, emptyLayer: true });

const rows: readonly (readonly [why: string, config: Partial<ImageConfig>, places: readonly string[]])[] = [
  ["a token in a variable", { env: [`X=${token}`] }, ["docker-hub-token environment variable X"]],
  [
    "a variable named as a secret",
    { env: [`DB_PASSWORD=${word}`] },
    ["named-secret environment variable DB_PASSWORD"],
  ],
  [
    "a common word as a password",
    { env: ["MYSQL_ROOT_PASSWORD=root"] },
    ["named-secret environment variable MYSQL_ROOT_PASSWORD"],
  ],
  [
    "a password in an address",
    { env: [`URL=postgres://a:${word}@db/x`] },
    ["postgres-address environment variable URL"],
  ],
  ["a label", { labels: { note: token } }, ["docker-hub-token label note"]],
  ["an argument of the command", { cmd: ["run", `--password=${word}`] }, ["named-secret cmd"]],
  [
    "a build argument",
    { history: [step(`|1 NPM_TOKEN=${word} /bin/sh -c npm ci`)] },
    ["named-secret build history, step 1"],
  ],
  [
    "an ENV of old builders",
    { history: [step(`/bin/sh -c #(nop)  ENV A_SECRET=${word}`)] },
    ["named-secret build history, step 1"],
  ],
  [
    "a header of a command",
    { history: [step(`RUN curl -H "Authorization: Bearer ${word}${word}" x`)] },
    ["authorization-header build history, step 1"],
  ],
  [
    "a variable and its build step once",
    { env: [`A_TOKEN=${word}`], history: [step(`ENV A_TOKEN=${word}`)] },
    ["named-secret environment variable A_TOKEN"],
  ],
  [
    "what ordinary images have",
    {
      env: [
        "PATH=/usr/local/sbin:/usr/local/bin",
        "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
        "PYTHON_SHA256=8fb5f9fbc7609fa822cb31549884575db7fd9657cbffb89510b5d7975963a83a",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db",
        "TOKEN=",
        "API_KEY=$OTHER",
        "USE_TOKEN=true",
        "PWD=/app",
      ],
      history: [
        step("RUN --mount=type=secret,id=npm_token NPM_TOKEN=$(cat /run/secrets/npm_token) npm ci"),
        step('/bin/sh -c #(nop)  CMD ["bash"]'),
        step("ENV KEYS=A B C"),
      ],
    },
    [],
  ],
];

for (const [why, config, places] of rows) {
  test(`secrets in configuration: ${why}`, () => {
    const findings = findSecretsInConfig(configWith(config));
    assert.deepEqual(
      findings.map(({ rule, place }) => `${rule} ${placeText(place)}`),
      places,
    );
    assert.ok(!JSON.stringify(findings).includes(word) && !JSON.stringify(findings).includes(token.slice(5)));
    const redacted = redactConfig(configWith(config));
    assert.ok(!JSON.stringify(redacted).includes(word) && !JSON.stringify(redacted).includes(token.slice(5)));
    assert.deepEqual(findSecretsInConfig(redacted), []);
    if (places.length === 0) assert.deepEqual(redacted, configWith(config));
  });
}

test("secrets in configuration: a redacted command keeps the rest", () => {
  assert.equal(
    redactCommand(`RUN login -p ${token} && A_TOKEN='${word}' run`),
    "RUN login -p dckr… && A_TOKEN=… run",
  );
});

test("secrets of an image: what is too large to be searched is said, and programs are no text", () => {
  const sizeBytes = 40 * 1024 ** 2;
  const tree = fileTree({
    "var/dump": { sizeBytes },
    "usr/bin/program": { sizeBytes, mode: 0o755 },
    "film.mp4": { sizeBytes },
    "usr/lib/libLLVM-15.so.1": { sizeBytes },
    "usr/lib/jvm/java-17/lib/modules": { sizeBytes },
    small: { sizeBytes: 10 },
  });
  const result = collectSecrets({
    files: [],
    config: null,
    includesRemoved: true,
    tooLarge: tooLargeFiles(tree),
  });
  assert.deepEqual(result.notSearched, ["var/dump: larger than 32 MB"]);
});

function fileWith(path: string, layerIndex: number, by = "secrets"): InspectedFile {
  const value = {
    secrets: [{ rule: "private-key", line: 1, shown: "…" }],
    notListed: 2,
    gaveUp: path === "big",
  };
  return { by, path, sizeBytes: 100, mode: 0o600, value, layer: `sha256:${layerIndex}`, layerIndex };
}

test("secrets of an image: removed files count and say so; what was not searched is said", () => {
  const removedIn = { layer: "sha256:2", layerIndex: 2 };
  const result = collectSecrets({
    files: [
      { file: fileWith("b", 1), removedIn: null },
      { file: fileWith("a", 1), removedIn },
      { file: fileWith("big", 0), removedIn: null },
      { file: fileWith("other", 0, "hygiene"), removedIn: null },
    ],
    config: configWith({ env: [`X=${token}`] }),
    includesRemoved: true,
    tooLarge: [],
  });
  assert.deepEqual(
    result.findings.map(({ place, removedIn: gone }) => [placeText(place), gone]),
    [
      ["environment variable X", null],
      ["a:1", removedIn],
      ["b:1", null],
      ["big:1", null],
    ],
  );
  assert.equal(result.notListed, 6);
  assert.deepEqual(result.notSearched, ["big: too large, or too much in it looks like a secret"]);
  const without = collectSecrets({ files: [], config: configWith({}), includesRemoved: false, tooLarge: [] });
  assert.equal(without.notSearched.length, 1);
});

/** Every hygiene check: an image that passes it and one that does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileTree } from "../../test/helpers/file-tree.ts";
import { emptyImageConfig } from "../domain/empty-image-config.ts";
import type { FileFact, FileTree, InspectedFile, WantedFile } from "../domain/files.ts";
import type { ImageConfig, ResolvedImage } from "../domain/image.ts";
import type { SecretFinding } from "../domain/secret.ts";
import { hygieneChecks, runHygieneChecks, wantsHygieneFile } from "./run-checks.ts";
import { reportByStandard, standards } from "./standards/report.ts";
import { surveyFiles } from "./survey.ts";
import type { HygieneFacts } from "./types.ts";

interface Change {
  readonly config?: Partial<ImageConfig>;
  readonly image?: Partial<ResolvedImage>;
  /** `path mode [size]`; a path that ends in `/` is a folder. */
  readonly tree?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly facts?: Partial<HygieneFacts>;
}

const history = (...steps: readonly string[]) => ({
  history: steps.map((createdBy) => ({ createdBy, emptyLayer: true })),
});

/** Passes every check that can be passed. */
const good: Required<Pick<Change, "config" | "image" | "tree" | "files">> = {
  config: {
    user: "65532",
    exposedPorts: ["8080/tcp"],
    labels: { "org.opencontainers.image.base.digest": `sha256:${"a".repeat(64)}` },
    ...history(
      "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ",
      "RUN /bin/sh -c apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* # buildkit",
      "RUN |1 V=1 /bin/sh -c apk add --no-cache git # buildkit",
      "COPY app /app # buildkit",
      "VOLUME [/data]",
      'HEALTHCHECK &{["CMD" "true"] "0s" "0s" "0s" "0s" \'\\x00\'}',
    ),
  },
  image: { tag: "1.2.3" },
  tree: [
    "tmp/ 1777",
    "etc/passwd 644 100",
    "usr/bin/app 755 100",
    "etc/shadow 640 90",
    "var/lib/apt/lists/lock 640 0",
  ],
  files: {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:65532:65532::/:/sbin/nologin\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\napp:!:19000::::::\n",
    "etc/group": "root:x:0:\napp:x:65532:\n",
  },
};

const inspected = (problem: string): InspectedFile => ({
  by: "code",
  path: "app/x",
  sizeBytes: 100,
  mode: 0o755,
  value: { problems: [problem] },
  layer: null,
  layerIndex: 0,
});

const secret: SecretFinding = {
  rule: "private-key",
  title: "Private key",
  severity: "high",
  place: { kind: "file", path: "k", line: 1, layer: null, layerIndex: 0 },
  shown: "…",
  removedIn: { layer: "sha256:b", layerIndex: 1 },
};

/** What makes each check fail, and how many findings there are. */
const failures: readonly (readonly [id: string, change: Change, count: number])[] = [
  ["CIS-DI-0001", { config: { user: "" } }, 1],
  ["CIS-DI-0001", { config: { user: "root:1000" } }, 1],
  ["CIS-DI-0001", { config: { user: "00" } }, 1],
  ["CIS-DI-0006", { config: history("RUN true") }, 1],
  ["CIS-DI-0006", { config: history('HEALTHCHECK &{["NONE"] "0s"}') }, 1],
  [
    "CIS-DI-0007",
    { config: history("RUN /bin/sh -c apt-get -qq update # buildkit", "/bin/sh -c apk update") },
    2,
  ],
  ["CIS-DI-0008", { tree: ["usr/bin/su 4755 1", "usr/bin/wall 2755 1", "etc/ 2755"] }, 2],
  ["CIS-DI-0009", { config: history("/bin/sh -c true", "ADD a /a # buildkit") }, 1],
  ["CIS-DI-0010", { facts: { secrets: [secret] } }, 1],
  [
    "DKL-DI-0001",
    { config: history("RUN apt-get install -y sudo && rm -rf /var/lib/apt/lists", "RUN sudo true") },
    2,
  ],
  ["DKL-DI-0002", { config: history("VOLUME [/proc]", "/bin/sh -c #(nop)  VOLUME [/etc]") }, 2],
  [
    "DKL-DI-0003",
    {
      config: history(
        "RUN apt-get update && apt-get -y dist-upgrade",
        "RUN apk upgrade --no-cache",
        "RUN yum -y update && yum clean all",
      ),
    },
    3,
  ],
  ["DKL-DI-0004", { config: history("RUN apk add git") }, 1],
  [
    "DKL-DI-0005",
    { config: history("RUN apt-get update && apt-get install -y --no-install-recommends git") },
    1,
  ],
  ["DKL-DI-0006", { image: { tag: "latest" } }, 1],
  ["DKL-LI-0001", { files: { "etc/shadow": "root::0:::::\n" } }, 1],
  ["DKL-LI-0002", { files: { "etc/passwd": "a:x:5:5::/:\nb:x:5:5::/:\na:x:6:6::/:\n" } }, 2],
  [
    "DKL-LI-0003",
    {
      tree: ["app/.env 644 10", "app/.git/config 644 10", "app/Dockerfile 644 10", "app/.env.example 644 10"],
    },
    3,
  ],
  ["PLM-0001", { config: history("ADD https://a.test/x /x # buildkit") }, 1],
  ["PLM-0002", { config: { exposedPorts: ["80/tcp", "1024/tcp"] } }, 1],
  ["PLM-0003", { config: { exposedPorts: ["22/tcp"] }, tree: ["usr/sbin/sshd 755 10"] }, 2],
  ["PLM-0004", { tree: ["etc/x 666 1"] }, 1],
  ["PLM-0005", { tree: ["data/ 777"] }, 1],
  [
    "PLM-0006",
    { tree: ["var/lib/apt/lists/mirror.example_x 644 200000", "root/.cache/pip/a 644 200000"] },
    2,
  ],
  ["PLM-0007", { tree: ["usr/bin/apt-get 755 1", "sbin/apk 755 1", "opt/apt 755 1"] }, 2],
  ["PLM-0008", { tree: ["bin/sh 755 1"] }, 1],
  [
    "PLM-0009",
    { tree: ["root/.ssh/id_ed25519 600 100", "etc/ssh/ssh_host_rsa_key 600 100", "app/store.jks 644 100"] },
    3,
  ],
  [
    "PLM-0010",
    {
      facts: {
        waste: [
          { layerIndex: 0, bytes: 9_000_000, fileCount: 3 },
          { layerIndex: 1, bytes: 10, fileCount: 1 },
        ],
      },
    },
    1,
  ],
  [
    "PLM-0011",
    { config: { labels: { "org.opencontainers.image.base.name": "docker.io/library/debian:12" } } },
    1,
  ],
  [
    "PLM-0012",
    {
      config: history(
        "RUN curl -fsSL https://a.test/i.sh | bash -s",
        'RUN sh -c "$(wget -qO- https://a.test)"',
      ),
    },
    2,
  ],
  ["PLM-0013", { config: history("RUN chmod -R 777 /data", "RUN chmod a+w /x") }, 2],
  ["PLM-0014", { files: { "etc/passwd": "root:x:0:0::/:\ntoor:x:0:0::/:\n" } }, 1],
  [
    "PLM-0017",
    {
      config: history(
        "RUN curl -sSk https://a.test -o x",
        "RUN wget --no-check-certificate https://a.test",
        "RUN pip install --trusted-host a b",
      ),
    },
    3,
  ],
  ["PLM-0018", { tree: ["usr/bin/gcc 755 1", "usr/bin/nmap 755 1"] }, 2],
  ["PLM-0101", { facts: { inspected: [inspected("install-script")] } }, 1],
  ["PLM-0102", { facts: { inspected: [inspected("packed")] } }, 1],
  ["PLM-0103", { facts: { inspected: [inspected("encrypted")] } }, 1],
  ["PLM-0104", { facts: { inspected: [inspected("web-shell"), inspected("reverse-shell")] } }, 2],
  ["PLM-0105", { facts: { inspected: [inspected("miner")] } }, 1],
  ["PLM-0106", { facts: { inspected: [inspected("test-virus")] } }, 1],
  ["PLM-0107", { tree: ["tmp/x 755 1", "var/tmp/y 700 1", "tmp/z 644 1"] }, 2],
  [
    "PLM-0108",
    {
      facts: {
        malicious: {
          hits: [{ purl: "pkg:npm/a@1", vulnerability: "MAL-2024-1", path: "app/a", layerIndex: 0 }],
          leftOut: ["the database has nothing about packages of gem"],
        },
      },
    },
    1,
  ],
  [
    "PLM-0109",
    {
      facts: {
        viruses: {
          hits: [{ signature: "Test", path: null, layerIndex: 0 }],
          leftOut: ["layer 1: too large"],
        },
      },
    },
    1,
  ],
];

for (const [id, change, count] of failures) {
  test(`hygiene: ${id} fails on ${JSON.stringify(change).slice(0, 80)}`, () => {
    const result = runHygieneChecks(factsWith(change)).find(({ check }) => check.id === id);
    assert.equal(result?.status, "failed");
    assert.equal(result?.findingCount, count, JSON.stringify(result?.findings));
  });
}

for (const viruses of [null, { hits: [], leftOut: ["not installed"] }]) {
  test(`hygiene: viruses that nobody looked for are not checked: ${JSON.stringify(viruses)}`, () => {
    const results = runHygieneChecks(factsWith({ facts: { viruses } }));
    assert.equal(results.find(({ check }) => check.id === "PLM-0109")?.status, "not_checked");
  });
}

for (const malicious of [null, { hits: [], leftOut: ["the database has nothing about packages of npm"] }]) {
  test(`hygiene: malicious packages that nobody knows of are not checked: ${JSON.stringify(malicious)}`, () => {
    const results = runHygieneChecks(factsWith({ facts: { malicious } }));
    assert.equal(results.find(({ check }) => check.id === "PLM-0108")?.status, "not_checked");
  });
}

test("hygiene: a good image passes every check", () => {
  const results = runHygieneChecks(factsWith({}));
  assert.deepEqual(
    results.filter(({ status }) => status !== "passed").map(({ check, status }) => [check.id, status]),
    [],
  );
});

test("hygiene: every check has a row above, an id of its own, references and a fix", () => {
  const rows = new Set(failures.map(([id]) => id));
  assert.deepEqual(
    hygieneChecks.filter(({ id }) => !rows.has(id)).map(({ id }) => id),
    [],
  );
  assert.equal(new Set(hygieneChecks.map(({ id }) => id)).size, hygieneChecks.length);
  for (const { id, title, references, fix } of hygieneChecks) {
    assert.match(id, /^(?:CIS-DI|DKL-DI|DKL-LI|PLM)-\d{4}$/);
    assert.ok(
      title.length > 5 && fix.length > 10 && references.every((address) => address.startsWith("https://")),
      id,
    );
    assert.ok(references.length > 0, id);
  }
});

test("hygiene: what was not handed over is not checked, and never passed", () => {
  const nothing = factsWith({
    facts: {
      isImage: false,
      survey: null,
      inspected: null,
      secrets: null,
      waste: null,
      viruses: null,
      malicious: null,
    },
  });
  const results = runHygieneChecks(nothing);
  assert.deepEqual(
    results.filter(({ status }) => status !== "not_checked").map(({ check }) => check.id),
    [],
  );
  assert.ok(results.every(({ reason }) => reason !== null));
});

test("hygiene: a check that throws is not checked", () => {
  const broken = { ...factsWith({}), files: null as never };
  const result = runHygieneChecks(broken).find(({ check }) => check.id === "DKL-LI-0001");
  assert.equal(result?.status, "not_checked");
});

test("hygiene: only the files of accounts are asked for", () => {
  assert.deepEqual(
    ["etc/passwd", "etc/shadow", "etc/group", "etc/passwd-", "app/etc/passwd"].map(wantsHygieneFile),
    [true, true, true, false, false],
  );
});

test("standards: every check that is named exists, and what has none says why", () => {
  const ids = new Set(hygieneChecks.map(({ id }) => id));
  for (const { controls } of standards) {
    for (const { id, checks, why } of controls) {
      assert.deepEqual(
        checks.filter((check) => !ids.has(check)),
        [],
        id,
      );
      assert.ok(checks.length > 0 || why !== undefined, id);
    }
  }
});

test("standards: not checked is shown as such, and one failure fails a control", () => {
  const status = (change: Change, standard: string, id: string): string | undefined =>
    reportByStandard(standard, runHygieneChecks(factsWith(change)))?.controls.find(
      (control) => control.id === id,
    )?.status;
  assert.equal(status({}, "cis", "4.1"), "passed");
  assert.equal(status({ config: { user: "" } }, "cis", "4.1"), "failed");
  assert.equal(status({}, "cis", "4.4"), "not_checked");
  assert.equal(status({}, "nist", "3.1.3 / 4.1.3"), "passed");
  assert.equal(status({ facts: { malicious: null } }, "nist", "3.1.3 / 4.1.3"), "not_checked");
  assert.equal(status({ facts: { inspected: [inspected("miner")] } }, "nist", "3.1.3 / 4.1.3"), "failed");
  assert.equal(status({ config: { user: "0" } }, "stig", "V-235830"), "failed");
  assert.equal(reportByStandard("other", []), null);
});

function factsWith({ config, image, tree, files, facts }: Change): HygieneFacts {
  const base: ImageConfig = {
    platform: { os: "linux", architecture: "amd64", variant: null },
    ...emptyImageConfig,
    ...good.config,
    ...config,
  };
  const resolved: ResolvedImage = {
    source: "oci-dir",
    reference: "oci-dir://x",
    repository: null,
    tag: null,
    indexDigest: null,
    digest: null,
    layers: [],
    annotations: {},
    attestations: null,
    sizeBytes: 0,
    ...good.image,
    ...image,
    config: base,
  };
  const wanted = Object.entries({ ...good.files, ...files }).map(
    ([path, text]): readonly [string, WantedFile] => [
      path,
      { path, bytes: Buffer.from(text), layer: null, layerIndex: 0 },
    ],
  );
  return {
    image: resolved,
    isImage: true,
    survey: surveyFiles(treeOf([...good.tree, ...(tree ?? [])])),
    files: new Map(wanted),
    inspected: [],
    secrets: [],
    waste: [],
    viruses: { hits: [], leftOut: [] },
    malicious: { hits: [], leftOut: [] },
    ...facts,
  };
}

function treeOf(rows: readonly string[]): FileTree {
  const facts = rows.map((row): [string, Partial<FileFact>] => {
    const [name = "", mode = "", size = "0"] = row.split(" ");
    const isFolder = name.endsWith("/");
    return [
      isFolder ? name.slice(0, -1) : name,
      {
        kind: isFolder ? "directory" : "file",
        sizeBytes: Number(size),
        mode: Number.parseInt(mode, 8),
      },
    ];
  });
  return fileTree(Object.fromEntries(facts));
}

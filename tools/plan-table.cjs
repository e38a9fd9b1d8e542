/**
 * Who may import whom: the table of ARCHITECTURE.md as data. `.dependency-cruiser.cjs` makes one rule of each row, and
 * `test/plan.test.ts` compares the rows with the folders. A new arrow is a new word in a row, and an ADR.
 */

/** area -> [areas it may import, why]. Everybody may import `domain`. */
const rows = {
  domain: [[], "types and tiny pure functions; the ground floor imports nothing"],
  versions: [[], "the order of versions is a fact of each ecosystem, not of our code"],
  io: [[], "doors to the world know nothing of images or packages"],
  oci: [["io"], "registries and layouts speak through the doors of io"],
  image: [["io", "oci"], "resolve and unpack; what is inside a file is not its business"],
  ecosystems: [["versions"], "cataloguing is pure over bytes that it is handed"],
  secrets: [[], "the search is pure over bytes and configuration that it is handed"],
  hygiene: [[], "checks judge what they are handed; pure"],
  sbom: [[], "documents are a function of the inventory"],
  attestations: [[], "signatures and statements are verified and made over bytes that it is handed; pure"],
  advisories: [["io", "oci", "versions"], "feeds are fetched, parsed and stored in one place"],
  matching: [["versions"], "packages and advisories in, findings out; no I/O"],
  vex: [["versions"], "statements label findings; pure"],
  policies: [["versions"], "policies judge facts that they are handed; pure"],
  comparison: [[], "two judged images in, what differs and what would be better out; pure"],
  upstream: [
    ["io"],
    "what package registries tell of newest versions; each ecosystem's document is a plugin",
  ],
  reports: [[], "a report is a pure function of a result"],
  api: [[], "wire shapes only"],
  config: [[], "the environment becomes one strict value, once"],
  store: [["io"], "SQL and the private PostgreSQL; what it keeps is handed in as values"],
  registries: [["oci"], "what differs between registry products: their notifications"],
  notifications: [["io"], "channels deliver what they are handed; what happened is not their business"],
  analysis: [
    [
      "versions",
      "io",
      "oci",
      "image",
      "ecosystems",
      "secrets",
      "hygiene",
      "sbom",
      "attestations",
      "matching",
      "vex",
      "policies",
    ],
    "the only place that knows the order of the steps",
  ],
  sandbox: [
    ["versions", "io", "image", "ecosystems", "secrets", "hygiene"],
    "a main behind a wall: unpacks and parses what may mean harm; started by its address",
  ],
  monitoring: [
    ["advisories", "analysis", "store"],
    "from a change of advisories to the verdicts it turns, and the events that tell of them",
  ],
  worker: [
    [
      "config",
      "io",
      "oci",
      "image",
      "store",
      "advisories",
      "registries",
      "notifications",
      "vex",
      "policies",
      "comparison",
      "reports",
      "sbom",
      "analysis",
      "monitoring",
    ],
    "a main without a listening port: takes jobs, does them, records",
  ],
  server: [
    [
      "config",
      "io",
      "api",
      "store",
      "registries",
      "notifications",
      "sbom",
      "attestations",
      "vex",
      "policies",
      "comparison",
    ],
    "a main: routes and sign-in; signs verdicts; never opens a layer, never speaks to a registry",
  ],
  cli: [
    [
      "config",
      "versions",
      "io",
      "oci",
      "image",
      "ecosystems",
      "secrets",
      "hygiene",
      "api",
      "advisories",
      "matching",
      "comparison",
      "upstream",
      "reports",
      "sbom",
      "attestations",
      "vex",
      "policies",
      "analysis",
      "store",
      "server",
      "worker",
    ],
    "a main: parses flags, calls, prints",
  ],
};

/** Areas that do no input or output and read no clock. */
const pureAreas = [
  "domain",
  "versions",
  "ecosystems",
  "secrets",
  "hygiene",
  "sbom",
  "attestations",
  "matching",
  "vex",
  "policies",
  "comparison",
  "reports",
  "api",
];

/** Node modules that pure areas may use. */
const pureNodeModules = ["buffer", "crypto", "path/posix", "zlib"];

/** Areas that hold a plugin family: one folder a plugin, listed in `all.ts`. */
const families = [
  "versions",
  "image",
  "ecosystems",
  "sbom",
  "advisories",
  "vex",
  "policies",
  "reports",
  "registries",
  "notifications",
  "upstream",
];

/** Every package of the product, fenced to the areas named. All are bundled (ADR 0010). */
const fences = {
  undici: ["io"],
  pbf: ["image"],
  zod: ["policies", "api", "server", "registries", "notifications", "config"],
  nodemailer: ["notifications"],
  pg: ["store"],
  kysely: ["store"],
  "pg-boss": ["store"],
  hono: ["server"],
  "prom-client": ["server"],
  "openid-client": ["server"],
  jose: ["server"],
  ldapts: ["server"],
  "@node-saml/node-saml": ["server"],
  "@hono/node-server": ["server"],
  commander: ["cli"],
  "@modelcontextprotocol/server": ["cli"],
  picocolors: ["cli", "reports"],
  yauzl: ["advisories", "io"],
  "ae-cvss-calculator": ["advisories"],
  semver: ["versions"],
  yaml: ["advisories", "ecosystems", "policies", "config"],
  "smol-toml": ["ecosystems"],
  "fast-xml-parser": ["advisories", "ecosystems", "sbom", "vex"],
  "@marcbachmann/cel-js": ["policies"],
  re2js: ["policies"],
  "@sigstore/bundle": ["attestations"],
  "@sigstore/protobuf-specs": ["attestations"],
  "@sigstore/verify": ["attestations"],
  cborg: ["attestations"],
  tweetnacl: ["attestations"],
  "packageurl-js": ["vex", "policies"],
  "spdx-expression-parse": ["ecosystems", "sbom"],
  "spdx-license-ids": ["ecosystems"],
};

/** Areas whose types, and nothing but types, the dashboard in `web/` may import. */
const webMayImport = ["api"];

module.exports = { rows, pureAreas, pureNodeModules, families, fences, webMayImport };

/**
 * The first scan of a new installation: nothing is at hand, so it fetches what the packages need, builds a database of it and judges.
 * The feeds are the synthetic records as the public ones are laid out (a zip of JSON for each ecosystem), served on loopback.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readDocuments } from "../../src/advisories/documents.ts";
import { sharedPath } from "../../test/helpers/shared.ts";
import { writeZip } from "../../test/helpers/zip.ts";

export interface FirstVerdict {
  /** `npm`, `npm, PyPI and Go`. */
  readonly of: string;
  readonly packages: number;
  readonly findings: number;
  readonly fetchedBytes: number;
  /** From the start of the process to its end, and of a second scan beside it. */
  readonly seconds: number;
  readonly laterSeconds: number;
}

export interface FirstVerdictRequest {
  readonly plimsoll: string;
  readonly folder: string;
  /** Of `makeSynthetic`. */
  readonly synthetic: readonly string[];
  readonly log: (line: string) => void;
}

const ecosystems = ["npm", "PyPI", "Go"] as const;
type Ecosystem = (typeof ecosystems)[number];

/** Packages of an ecosystem in the SBOM that is judged; half of them have advisories. */
const PACKAGES = 300;

export async function measureFirstVerdict(request: FirstVerdictRequest): Promise<readonly FirstVerdict[]> {
  const { folder, log } = request;
  const names = await makeFeeds(request);
  const work = mkdtempSync(join(folder, "first-"));
  const feeds = await serve(folder);
  try {
    const figures: FirstVerdict[] = [];
    for (const asked of [["npm"], ["npm", "PyPI", "Go"]] as const) {
      log(`first verdict on packages of ${asked.join(", ")}`);
      const sbom = join(work, "sbom.json");
      const packages = writeSbom(sbom, asked, names);
      const dir = mkdtempSync(join(work, "home-"));
      const before = feeds.sentBytes();
      const first = await scan(request.plimsoll, sbom, { dir, mirrors: feeds.mirrors });
      const fetchedBytes = feeds.sentBytes() - before;
      const later = await scan(request.plimsoll, sbom, { dir, mirrors: feeds.mirrors });
      if (first.findings !== later.findings) throw new Error("the first scan and the second differ");
      figures.push({
        of: asked.join(", "),
        packages,
        findings: first.findings,
        fetchedBytes,
        seconds: first.seconds,
        laterSeconds: later.seconds,
      });
    }
    return figures;
  } finally {
    feeds.server.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** One zip an ecosystem, made once, and the names of the packages in it. */
async function makeFeeds({
  folder,
  synthetic,
  log,
}: FirstVerdictRequest): Promise<Record<Ecosystem, string[]>> {
  const kept = join(folder, "live-names.json");
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Record<Ecosystem, string[]>;
  log("zips of the synthetic records");
  const records: Record<Ecosystem, { name: string; content: string }[]> = { npm: [], PyPI: [], Go: [] };
  const names: Record<Ecosystem, Set<string>> = { npm: new Set(), PyPI: new Set(), Go: new Set() };
  for (const path of synthetic.filter((each) => /-(?:malicious|osv|pypi|go)\./.test(each))) {
    await readDocuments(path, {
      signal: null,
      onDocument: (document) => {
        const text = document.text();
        const { id, affected } = JSON.parse(text) as OsvRecord;
        for (const ecosystem of ecosystems) {
          const own = affected?.filter((each) => each.package?.ecosystem === ecosystem) ?? [];
          if (own.length === 0) continue;
          records[ecosystem].push({ name: `${id}.json`, content: text });
          for (const { package: pkg } of own) if (pkg !== undefined) names[ecosystem].add(pkg.name);
        }
      },
    });
  }
  for (const ecosystem of ecosystems)
    writeFileSync(join(folder, `live-${ecosystem}.zip`), writeZip(records[ecosystem]));
  const some = Object.fromEntries(ecosystems.map((each) => [each, everyNth([...names[each]], PACKAGES / 2)]));
  writeFileSync(kept, JSON.stringify(some));
  return some as Record<Ecosystem, string[]>;
}

interface OsvRecord {
  readonly id: string;
  readonly affected?: readonly { readonly package?: { readonly name: string; readonly ecosystem: string } }[];
}

function everyNth(names: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(names.length / count));
  return names.filter((_, at) => at % step === 0).slice(0, count);
}

const purlTypes: Readonly<Record<Ecosystem, string>> = { npm: "npm", PyPI: "pypi", Go: "golang" };

/** Returns the number of packages. */
function writeSbom(
  path: string,
  of: readonly Ecosystem[],
  names: Record<Ecosystem, readonly string[]>,
): number {
  const components = of.flatMap((ecosystem) =>
    Array.from({ length: PACKAGES }, (_, at) => {
      const name = names[ecosystem][at] ?? `no-such-${at}`;
      const version = ecosystem === "Go" ? "v1.0.0" : "1.0.0";
      const written = name.split("/").map(encodeURIComponent).join("/");
      return { type: "library", name, version, purl: `pkg:${purlTypes[ecosystem]}/${written}@${version}` };
    }),
  );
  writeFileSync(path, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", version: 1, components }));
  return components.length;
}

interface ServedFeeds {
  readonly server: Server;
  readonly mirrors: string;
  sentBytes(): number;
}

async function serve(folder: string): Promise<ServedFeeds> {
  const kev = sharedPath("feeds/kev-cisa-official-2025-08-25.tar.gz");
  if (kev === null) throw new Error("the benchmark needs ../shared/feeds");
  const files = new Map<string, Buffer>();
  for (const ecosystem of ecosystems)
    files.set(`/osv/${ecosystem}/all.zip`, readFileSync(join(folder, `live-${ecosystem}.zip`)));
  const scores = join(folder, "epss_scores-500000.csv.gz");
  if (existsSync(scores)) files.set("/epss/epss_scores-current.csv.gz", readFileSync(scores));
  await readDocuments(kev, {
    signal: null,
    onDocument: ({ name, bytes }) => {
      if (name.endsWith(".json")) files.set("/kev/known_exploited_vulnerabilities.json", Buffer.from(bytes));
    },
  });
  let sent = 0;
  const server = createServer((request, response) => {
    const body = files.get(new URL(request.url ?? "/", "http://localhost").pathname);
    sent += body?.length ?? 0;
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-length": body.length }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mirrors = ["osv", "kev", "epss"].map((feed) => `${feed}=${base}/${feed}/`).join(",");
  return { server, mirrors, sentBytes: () => sent };
}

async function scan(
  plimsoll: string,
  sbom: string,
  { dir, mirrors }: { readonly dir: string; readonly mirrors: string },
): Promise<{ readonly seconds: number; readonly findings: number }> {
  mkdirSync(dir, { recursive: true });
  const started = performance.now();
  const child = spawn(process.execPath, [plimsoll, "cves", "--format", "json", `sbom://${sbom}`], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: dir,
      PLIMSOLL_DB_DIR: join(dir, "db"),
      PLIMSOLL_CACHE_DIR: join(dir, "cache"),
      PLIMSOLL_FEED_MIRRORS: mirrors,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors] = [new Array<Buffer>(), new Array<Buffer>()];
  child.stdout.on("data", (piece: Buffer) => output.push(piece));
  child.stderr.on("data", (piece: Buffer) => errors.push(piece));
  const [code] = (await once(child, "close")) as [number];
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`the scan ended with ${code}: ${Buffer.concat(errors).toString()}`);
  const { findings } = JSON.parse(Buffer.concat(output).toString()) as { findings: readonly object[] };
  return { seconds, findings: findings.length };
}

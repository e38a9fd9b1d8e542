/**
 * From a push notification to the compliance that the API shows. The image, of 100 packages, is in the registry already. In each run
 * it is another one: once with packages that no image had before, once with packages that others have and one layer of its own.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connectOrg, type ConnectedOrg } from "../../test/helpers/connected-org.ts";
import { buildImage, type BuiltImage } from "../../test/helpers/oci-image.ts";
import { file } from "../../test/helpers/oci-tar.ts";
import type { Figure } from "./figures.ts";
import type { Installation } from "./installation.ts";

const ORG = "pushes";
const REPOSITORY = "pushes/app";
/** How often the list is asked while it does not show the compliance yet. */
const POLL_MS = 20;
const TARGET_MS = 2_000;

export async function measurePushes(installation: Installation, runs: number): Promise<readonly Figure[]> {
  const { api, registry } = installation;
  const org = await connectOrg(api, { org: ORG, host: registry.host, repositories: [REPOSITORY] });
  // The first one pays for what is loaded once.
  await pushOnce(installation, org, appImage("warm-up", "0"), "warm-up");
  const fresh: Run[] = [];
  const shared: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    fresh.push(await pushOnce(installation, org, appImage(`new-${run}`, `${run + 1}`), `new-${run}`));
    shared.push(await pushOnce(installation, org, appImage(`again-${run}`, "0"), `again-${run}`));
  }
  return [
    ...figuresOf("push to compliance, new packages", fresh),
    ...figuresOf("push to compliance, known packages", shared),
  ];
}

/** Milliseconds of each part; they follow each other. */
interface Run {
  readonly whole: number;
  readonly accepted: number;
  /** From the answer to the notification until a worker has taken the job; 0 when that was earlier. */
  readonly waited: number;
  readonly fetched: number;
  readonly recorded: number;
  /** From the beginning of the evaluation. */
  readonly shown: number;
}

function figuresOf(name: string, runs: readonly Run[]): readonly Figure[] {
  const part = (label: string, read: (run: Run) => number): Figure => ({
    name: label,
    runsMs: runs.map(read),
    floorMs: null,
    targetMs: null,
  });
  return [
    { ...part(name, ({ whole }) => whole), targetMs: TARGET_MS },
    part("  notification accepted", ({ accepted }) => accepted),
    part("  job taken", ({ waited }) => waited),
    part("  fetched, unpacked, matched", ({ fetched }) => fetched),
    part("  recorded", ({ recorded }) => recorded),
    part("  evaluated, and shown by the API", ({ shown }) => shown),
  ];
}

async function pushOnce(
  { api, registry, sql }: Installation,
  org: ConnectedOrg,
  image: BuiltImage,
  tag: string,
): Promise<Run> {
  await registry.push(REPOSITORY, tag, {
    bytes: image.manifest,
    mediaType: image.manifestMediaType,
    blobs: image.blobs,
  });
  const body = JSON.stringify({ events: [eventOf(image, tag, registry.host)] });
  const headers = {
    authorization: `Bearer ${org.token}`,
    "content-type": "application/vnd.docker.distribution.events.v2+json",
  };
  // The clock that the database has too.
  const start = Date.now();
  const answer = await fetch(`${api.address}${org.notificationPath}`, { method: "POST", headers, body });
  if (!answer.ok)
    throw new Error(`the notification was answered by ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
  const accepted = Date.now();
  const list = `/orgs/${ORG}/images?q=${REPOSITORY}`;
  for (;;) {
    const { entries } = await api.must("GET", list);
    const [row] = entries as { digest: string; state: string; compliance: unknown; failure: unknown }[];
    if (row?.digest === image.manifestDigest && row.compliance !== null) break;
    if (row?.state === "failed") throw new Error(`the analysis failed: ${JSON.stringify(row.failure)}`);
    if (Date.now() - start > 60_000) throw new Error("no compliance after a minute");
    await sleep(POLL_MS);
  }
  const shown = Date.now();
  const { taken, analysed, evaluated } = await timesOf(sql, image.manifestDigest);
  return {
    whole: shown - start,
    accepted: accepted - start,
    waited: Math.max(0, taken - accepted),
    fetched: analysed - Math.max(taken, accepted),
    recorded: evaluated - analysed,
    shown: shown - evaluated,
  };
}

/** When the job was taken, when recording began (`now()` of its transaction) and when the evaluation began. */
async function timesOf(
  sql: Installation["sql"],
  digest: string,
): Promise<{ readonly taken: number; readonly analysed: number; readonly evaluated: number }> {
  const { rows } = await sql.query<{ taken: Date; analysed: Date; evaluated: Date }>(
    `select j.started_on as taken, i.analysed_at as analysed, e.evaluated_at as evaluated
     from image i
     join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
     join queue.job j on j.name = 'analyse' and j.singleton_key = i.org_id || '/' || i.digest
     where i.digest = $1`,
    [digest],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the job of the analysis is gone");
  return { taken: row.taken.getTime(), analysed: row.analysed.getTime(), evaluated: row.evaluated.getTime() };
}

/** As docker-registry sends it. */
function eventOf(image: BuiltImage, tag: string, host: string): object {
  return {
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    action: "push",
    target: { mediaType: image.manifestMediaType, digest: image.manifestDigest, repository: REPOSITORY, tag },
    request: { host },
    actor: { name: "bench" },
  };
}

/** 98 packages of Debian and 2 of npm. The same `revision` makes the same packages, and the first layer. */
function appImage(name: string, revision: string): BuiltImage {
  const stanzas = Array.from({ length: 98 }, (_, index) =>
    [
      `Package: library-${index}`,
      "Status: install ok installed",
      "Architecture: amd64",
      `Version: 1.${index}-${revision}`,
      "Maintainer: Somebody <a@example.com>",
      `Description: library ${index}\n`,
    ].join("\n"),
  );
  return buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'),
          file("var/lib/dpkg/status", `${stanzas.join("\n")}\n`),
        ],
        createdBy: "ADD rootfs.tar.gz /",
      },
      {
        entries: [
          file("srv/app/package.json", `{"name":"my-app","version":"1.0.${revision}"}`),
          file(
            "srv/app/node_modules/left-pad/package.json",
            `{"name":"left-pad","version":"1.3.${revision}"}`,
          ),
          file("srv/app/name", name),
        ],
        createdBy: "COPY app /srv/app",
      },
    ],
    config: { User: "65532" },
  });
}

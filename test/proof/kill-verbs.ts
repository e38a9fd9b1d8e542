/** The commands that change the database, each with two editions of what it makes. */
import { join } from "node:path";
import { sharedPath } from "../helpers/shared.ts";
import type { PushRegistry } from "../helpers/push-registry.ts";
import { runCli } from "./kill-run.ts";
import type { LiveFeeds } from "./live-feeds.ts";

export interface Verb {
  readonly name: string;
  /** Arguments that make edition 0 or 1 of the database. */
  args(edition: number): readonly string[];
}

export function buildVerb(): Verb {
  return { name: "db build", args: buildArgs };
}

function buildArgs(edition: number): readonly string[] {
  const files = [
    "crates-rustsec-osv.tar.gz",
    "bellsoft-alpaquita-osv.tar.gz",
    "alpine-secdb-v3.3-v3.11.tar.gz",
  ];
  const paths = files.map((name) => sharedPath(`feeds/${name}`) ?? name);
  return ["db", "build", "--from", ...paths.slice(edition)];
}

/** `db pull` of two editions that are pushed first, from databases made in `folder`. */
export async function pullVerb(registry: PushRegistry, folder: string): Promise<Verb> {
  const reference = (edition: number): string => `${registry.host}/team/db:edition-${edition}`;
  for (const edition of [0, 1]) {
    const dir = join(folder, `edition-${edition}`);
    for (const args of [buildArgs(edition), ["db", "push", reference(edition)]]) {
      const { exitCode, stderr } = await runCli(args, dir, null);
      if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stderr.slice(-300)}`);
    }
  }
  return { name: "db pull", args: (edition) => ["db", "pull", "--allow-older", reference(edition)] };
}

export function updateVerb(live: LiveFeeds): Verb {
  const mirrors = live.mirrors.flatMap((mirror) => ["--mirror", mirror]);
  return {
    name: "db update",
    args(edition) {
      live.edition = edition;
      return ["db", "update", ...live.parts, ...mirrors];
    },
  };
}

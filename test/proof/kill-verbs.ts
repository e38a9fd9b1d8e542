/** The two commands that change the database, each with two editions of what it makes. */
import { sharedPath } from "../helpers/shared.ts";
import type { LiveFeeds } from "./live-feeds.ts";

export interface Verb {
  readonly name: string;
  /** Arguments that make edition 0 or 1 of the database. */
  args(edition: number): readonly string[];
}

export function buildVerb(): Verb {
  const files = [
    "crates-rustsec-osv.tar.gz",
    "bellsoft-alpaquita-osv.tar.gz",
    "alpine-secdb-v3.3-v3.11.tar.gz",
  ];
  const paths = files.map((name) => sharedPath(`feeds/${name}`) ?? name);
  return { name: "db build", args: (edition) => ["db", "build", "--from", ...paths.slice(edition)] };
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

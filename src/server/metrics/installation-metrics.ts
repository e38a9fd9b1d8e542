/** What the operator of an installation watches: jobs, the vulnerability database and its feeds. Nothing of an organisation's content. */
import { Gauge, Registry } from "prom-client";
import type { JobCount } from "../../store/queue.ts";
import type { StoredDatabaseState } from "../../store/stores/database-state.ts";

export interface InstallationState {
  readonly version: string;
  /** By kind of job. */
  readonly jobs: Readonly<Record<string, JobCount>>;
  /** Null: no worker has seen a vulnerability database yet. */
  readonly database: StoredDatabaseState | null;
  readonly now: Date;
}

/** Exposition format 0.0.4. Ages are seconds, never below 0. */
export function formatInstallationMetrics(state: InstallationState): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  gauge("plimsoll_info", "1; the version that answers", ["version"]).set({ version: state.version }, 1);
  const jobs = gauge("plimsoll_queue_jobs", "Jobs by kind and state: waiting, running", ["kind", "state"]);
  for (const [kind, { waiting, running }] of Object.entries(state.jobs)) {
    jobs.set({ kind, state: "waiting" }, waiting);
    jobs.set({ kind, state: "running" }, running);
  }
  addDatabase(gauge, state);
  return registry.metrics();
}

type MakeGauge = (name: string, help: string, labels?: string[]) => Gauge;

function addDatabase(gauge: MakeGauge, { database, now }: InstallationState): void {
  const present = gauge("plimsoll_database_present", "Whether workers have a vulnerability database: 0, 1");
  present.set(database === null ? 0 : 1);
  if (database === null) return;
  const { status, failure, appliedAt } = database;
  gauge("plimsoll_database_usable", "Whether workers can use it at present: 0, 1").set(
    failure === null ? 1 : 0,
  );
  gauge("plimsoll_database_age_seconds", "Since its feeds were fetched").set(ageOf(status.updatedAt, now));
  gauge("plimsoll_database_applied", "Whether all stored packages were compared with it: 0, 1").set(
    appliedAt === null ? 0 : 1,
  );
  const labels = ["feed", "part"];
  const age = gauge("plimsoll_feed_age_seconds", "Since the records in use were fetched", labels);
  const failed = gauge("plimsoll_feed_failed", "Whether the last attempt to fetch it failed: 0, 1", labels);
  const records = gauge("plimsoll_feed_records", "Records of the feed", labels);
  for (const feed of status.feeds) {
    const of = { feed: feed.feed, part: feed.part };
    age.set(of, ageOf(feed.fetchedAt, now));
    failed.set(of, feed.failure === null ? 0 : 1);
    records.set(of, feed.recordCount);
  }
}

function ageOf(time: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
}

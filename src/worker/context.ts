/** What every job may use, made once by `main.ts` and handed in, so that tests bring their own. */
import type { Config } from "../config/config.ts";
import type { Clock } from "../domain/ports.ts";
import type { SecretBox } from "../io/secret-box.ts";
import type { Store } from "../store/connect.ts";
import type { JobKind } from "../store/job-kinds.ts";
import type { Queue } from "../store/queue.ts";
import type { RegistrySettings } from "./registry-access.ts";
import type { TakenJob } from "../store/queue-loop.ts";

export interface WorkerContext {
  readonly store: Store;
  readonly queue: Queue;
  readonly config: Pick<
    Config,
    "cacheDir" | "cacheBytesMax" | "databaseDir" | "useCache" | "databaseAgeHoursMax" | "server"
  > &
    Partial<Pick<Config, "signing" | "usesReachability" | "sonarQube" | "supportedTags" | "isOffline">>;
  readonly secrets: SecretBox;
  /** Null or absent: none. */
  readonly registries?: RegistrySettings | null;
  readonly clock: Clock;
  /** Milliseconds of a clock that never runs backwards. */
  readonly monotonicMs: () => number;
  /** One line, without control characters and secrets. */
  readonly log: (line: string) => void;
}

/** What one kind of job does. */
export interface Job {
  readonly kind: JobKind;
  /** How many at once at most in one worker, whatever it is told; null: as many as it is told. */
  readonly concurrencyMax: number | null;
  /** See `RunJob`: throws only what may pass with another try. */
  run(context: WorkerContext, job: TakenJob): Promise<void>;
}

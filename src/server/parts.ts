/** What routes may use, made once by `main.ts` and handed in, so that tests bring their own. */
import type { Clock } from "../domain/ports.ts";
import type { SecretBox } from "../io/secret-box.ts";
import type { JobQueue, Queue } from "../store/queue.ts";
import type { Store } from "../store/connect.ts";
import type { EventFeed } from "../store/event-feed.ts";
import type { IdentityDoors } from "./auth/identity-doors.ts";
import type { Passwords } from "./auth/passwords.ts";
import type { VerdictSigner } from "./gate/verdict-signer.ts";

export interface ServerParts {
  readonly store: Store;
  readonly queue: Queue & Pick<JobQueue, "count">;
  /** Tells of events as they happen; connects at its first watcher. */
  readonly events: EventFeed;
  readonly secrets: SecretBox;
  readonly passwords: Passwords;
  /** What asks providers of sign-in and issuers of tokens. */
  readonly identity: IdentityDoors;
  readonly clock: Clock;
  readonly version: string;
  /** Address under which browsers and registries reach the server: `http://127.0.0.1:7300`; no slash at the end. */
  readonly publicUrl: string;
  /** Hours after which the vulnerability database counts as stale. */
  readonly databaseAgeHoursMax: number;
  /** Signs verdicts in place of the organisations' own keys; null: those do. */
  readonly verdictSigner: VerdictSigner | null;
  /** Told when the process ends: streams close, loops stop. */
  readonly signal: AbortSignal;
}

/**
 * The kinds of jobs as data: what each is for, how long it may take, how often it is tried again. A kind's name is stored, so it is
 * never renamed while jobs of it may wait.
 *
 * A payload holds ids and no more: what they stand for is read when the job runs, in the transaction and with the rights of then.
 */

interface JobKindRow {
  /** Whose work it is. Keys of an organisation's jobs start with its id, so that no organisation can hold up another's. */
  readonly scope: "organisation" | "installation";
  /** Running longer than this, it is taken for stuck and tried again. */
  readonly expireSeconds: number;
  /** Tries after the first. */
  readonly retryMax: number;
  /** Wait before the first of them; doubled each time, up to the ceiling. */
  readonly retryDelaySeconds: number;
  readonly retryDelaySecondsMax: number;
  /** Asked for by the workers themselves at this interval, once for all of them; null: only when something happens. */
  readonly everySeconds: number | null;
}

export const jobKinds = {
  /** An image is fetched and analysed. */
  analyse: {
    scope: "organisation",
    expireSeconds: 3_600,
    retryMax: 3,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 300,
    everySeconds: null,
  },
  /** The policies are evaluated on an analysed image. */
  evaluate: {
    scope: "organisation",
    expireSeconds: 300,
    retryMax: 5,
    retryDelaySeconds: 1,
    retryDelaySecondsMax: 60,
    everySeconds: null,
  },
  /** The policies of an environment are evaluated on an image that does not run there yet, because a gate asked. */
  foresee: {
    scope: "organisation",
    expireSeconds: 300,
    retryMax: 3,
    retryDelaySeconds: 1,
    retryDelaySecondsMax: 30,
    everySeconds: null,
  },
  /** An old verdict is made once more from what was kept of it. */
  replay: {
    scope: "organisation",
    expireSeconds: 300,
    retryMax: 1,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 30,
    everySeconds: null,
  },
  /** What is old is removed, by the operator's rule. */
  retention: {
    scope: "installation",
    expireSeconds: 3_600,
    retryMax: 1,
    retryDelaySeconds: 60,
    retryDelaySecondsMax: 300,
    everySeconds: 3_600,
  },
  /** A new vulnerability database is applied to the stored packages. */
  advisories: {
    scope: "installation",
    expireSeconds: 3_600,
    retryMax: 5,
    retryDelaySeconds: 10,
    retryDelaySecondsMax: 900,
    everySeconds: null,
  },
  /** One event is delivered to one webhook. */
  deliver: {
    scope: "organisation",
    expireSeconds: 120,
    retryMax: 8,
    retryDelaySeconds: 10,
    retryDelaySecondsMax: 3_600,
    everySeconds: null,
  },
  /** What waits for others to be told in one message is looked for. */
  "deliver-due": {
    scope: "installation",
    expireSeconds: 60,
    retryMax: 1,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 60,
    everySeconds: 30,
  },
  /** What one webhook has to be told is gathered and told. Attempts are counted by the deliveries. */
  "deliver-gathered": {
    scope: "organisation",
    expireSeconds: 600,
    retryMax: 1,
    retryDelaySeconds: 60,
    retryDelaySecondsMax: 60,
    everySeconds: null,
  },
  /** Exceptions whose time is over end. */
  expire: {
    scope: "installation",
    expireSeconds: 300,
    retryMax: 2,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 60,
    everySeconds: 60,
  },
  /** An SBOM or a scanner's report that somebody uploaded is read. */
  "read-upload": {
    scope: "organisation",
    expireSeconds: 900,
    retryMax: 2,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 60,
    everySeconds: null,
  },
  /** A repository's tags are compared with what was seen of them, or one tag that somebody told of is looked up. */
  "poll-repository": {
    scope: "organisation",
    expireSeconds: 3_600,
    retryMax: 4,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 300,
    everySeconds: null,
  },
  /** The enabled repositories of a registry are polled, one after the other. */
  "poll-registry": {
    scope: "organisation",
    expireSeconds: 3_600,
    retryMax: 1,
    retryDelaySeconds: 60,
    retryDelaySecondsMax: 300,
    everySeconds: null,
  },
  /** A registry is asked which repositories it has. */
  "list-registry": {
    scope: "organisation",
    expireSeconds: 1_800,
    retryMax: 2,
    retryDelaySeconds: 10,
    retryDelaySecondsMax: 300,
    everySeconds: null,
  },
  /** Registries whose next poll is due are polled. */
  "poll-due": {
    scope: "installation",
    expireSeconds: 300,
    retryMax: 1,
    retryDelaySeconds: 5,
    retryDelaySecondsMax: 60,
    everySeconds: 60,
  },
} as const satisfies Record<string, JobKindRow>;

export type JobKind = keyof typeof jobKinds;

/** What a job is handed. Only ids: texts and numbers of at most 200 characters. */
export type JobPayload = Readonly<Record<string, string | number>>;

export interface NewJob {
  readonly kind: JobKind;
  /**
   * Of the jobs of a kind with one key, one runs at a time and one more may wait.
   * `<organisation>/<what>`, or `installation/<what>` for work that belongs to none.
   */
  readonly key: string;
  readonly payload: JobPayload;
  /** Higher goes first within its kind. Default 0. */
  readonly priority?: number;
  /** Not before. Default: at once. */
  readonly startAfter?: Date;
}

/** Start of the keys of jobs that belong to no organisation. */
export const installationKey = "installation";

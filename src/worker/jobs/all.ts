/** Every kind of job that workers do, one line each. */
import type { Job } from "../context.ts";
import { advisories } from "./advisories.ts";
import { analyse } from "./analyse.ts";
import { deliver } from "./deliver.ts";
import { deliverDue } from "./deliver-due.ts";
import { deliverGathered } from "./deliver-gathered.ts";
import { evaluate } from "./evaluate.ts";
import { expire } from "./expire.ts";
import { listRegistryJob } from "./list-registry.ts";
import { pollDue } from "./poll-due.ts";
import { pollRegistry } from "./poll-registry.ts";
import { pollRepositoryJob } from "./poll-repository.ts";
import { readUpload } from "./read-upload.ts";
import { foresee } from "./foresee.ts";
import { replay } from "./replay.ts";
import { retention } from "./retention.ts";

export const allJobs: readonly Job[] = [
  analyse,
  evaluate,
  advisories,
  deliver,
  deliverDue,
  deliverGathered,
  expire,
  foresee,
  replay,
  retention,
  readUpload,
  pollRepositoryJob,
  pollRegistry,
  listRegistryJob,
  pollDue,
];

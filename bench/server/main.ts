/**
 * `npm run bench -- server`: what people wait for. From a push to the compliance that is shown, the list of many images, a database
 * update with many images stored, and the memory that all of it takes.
 */
import { measureUpdates } from "./database-update.ts";
import { measureList, seedList } from "./image-list.ts";
import { startInstallation } from "./installation.ts";
import { measureMemory } from "./memory.ts";
import { measurePushes } from "./push-to-compliance.ts";
import { debianRecords } from "./records.ts";
import { asMarkdown, asText, loadNow } from "./report.ts";

export interface ServerBench {
  /** Path of the built command line. */
  readonly plimsoll: string;
  /** Pushes of each kind; requests are five times as many. */
  readonly runs: number;
  /** Repositories in the list. */
  readonly images: number;
  /** Told what is being measured. */
  readonly log: (line: string) => void;
}

/** The results for a terminal, and as a section of the page. */
export async function benchServer({
  plimsoll,
  runs,
  images,
  log,
}: ServerBench): Promise<{ readonly text: string; readonly markdown: string }> {
  const before = loadNow();
  const installation = await startInstallation(plimsoll);
  try {
    await installation.publish(debianRecords());
    await installation.settle();
    log(`${runs} pushes of each kind`);
    const pushes = await measurePushes(installation, runs);
    log(`${images} images in the list`);
    await seedList(installation, images);
    const list = await measureList(installation, runs * 5);
    log("updates of the vulnerability database");
    const updates = await measureUpdates(installation);
    const memory = measureMemory(installation.home);
    const results = {
      figures: [...pushes, ...list],
      updates,
      memory,
      images,
      load: [before, loadNow()] as const,
    };
    return { text: asText(results), markdown: asMarkdown(results, new Date()) };
  } finally {
    await installation.stop();
  }
}

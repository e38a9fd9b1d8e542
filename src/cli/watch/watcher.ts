/**
 * Which tags are new: what each of them named when it was last asked, and what is to be done for those that name something else.
 * A repository that cannot be asked keeps what was known of it.
 */
import { printable } from "../../domain/problem.ts";

export interface WatchedTag {
  readonly registry: string;
  readonly path: string;
  readonly tag: string;
}

export interface SeenImage extends WatchedTag {
  readonly digest: string;
}

export interface WatcherPorts {
  listRepositories(): Promise<readonly { readonly registry: string; readonly path: string }[]>;
  listTags(repository: { readonly registry: string; readonly path: string }): Promise<readonly string[]>;
  findDigest(tag: WatchedTag): Promise<string>;
  /** Called once for each image; what it throws is told, and the image is tried again in the next round. */
  onImage(image: SeenImage): Promise<void>;
  /** One line for people. */
  warn(text: string): void;
}

export interface WatcherOptions {
  readonly isTagWanted: (tag: string) => boolean;
  /** Images that are there at the first round count as new. */
  readonly allImages: boolean;
  /** The list of repositories is asked for in each round. */
  readonly refreshRegistry: boolean;
  /** At the same time. */
  readonly workers: number;
}

export interface Watcher {
  /** Asks every repository once. @throws what listing the repositories throws, in the first round */
  round(): Promise<{ readonly repositories: number; readonly images: number }>;
  /** A tag that somebody told of. */
  told(tag: WatchedTag): Promise<void>;
}

export function createWatcher(ports: WatcherPorts, options: WatcherOptions): Watcher {
  const known = new Map<string, string>();
  let repositories: readonly { readonly registry: string; readonly path: string }[] | null = null;
  let isFirst = true;

  async function look(tag: WatchedTag, counts: boolean): Promise<boolean> {
    const key = `${tag.registry}/${tag.path}:${tag.tag}`;
    const digest = await ports.findDigest(tag);
    if (known.get(key) === digest) return false;
    if (counts) await ports.onImage({ ...tag, digest });
    known.set(key, digest);
    return counts;
  }

  async function lookSafely(tag: WatchedTag, counts: boolean): Promise<boolean> {
    try {
      return await look(tag, counts);
    } catch (error) {
      ports.warn(`${tag.registry}/${tag.path}:${tag.tag}: ${reasonOf(error)}`);
      return false;
    }
  }

  async function tagsOf(repository: {
    readonly registry: string;
    readonly path: string;
  }): Promise<readonly WatchedTag[]> {
    try {
      const tags = await ports.listTags(repository);
      return tags.filter(options.isTagWanted).map((tag) => ({ ...repository, tag }));
    } catch (error) {
      ports.warn(`${repository.registry}/${repository.path}: ${reasonOf(error)}`);
      return [];
    }
  }

  return {
    async round() {
      if (repositories === null || options.refreshRegistry) {
        try {
          repositories = await ports.listRepositories();
        } catch (error) {
          if (repositories === null) throw error;
          ports.warn(`the list of repositories: ${reasonOf(error)}`);
        }
      }
      const counts = !isFirst || options.allImages;
      const tags = (await inTurn(repositories, options.workers, tagsOf)).flat();
      const found = await inTurn(tags, options.workers, (tag) => lookSafely(tag, counts));
      isFirst = false;
      return { repositories: repositories.length, images: found.filter(Boolean).length };
    },
    async told(tag) {
      if (options.isTagWanted(tag.tag)) await lookSafely(tag, true);
    },
  };
}

/** At most `workers` at the same time; answers in the order of the entries. */
async function inTurn<Entry, Answer>(
  entries: readonly Entry[],
  workers: number,
  work: (entry: Entry) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < entries.length) {
      const index = next;
      next += 1;
      answers[index] = await work(entries[index] as Entry);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, entries.length) }, run));
  return answers;
}

function reasonOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), 500);
}

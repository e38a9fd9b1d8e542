/**
 * Problems of files and records, with texts from the image made printable and a ceiling for each file.
 */
import type { WantedFile } from "../../domain/files.ts";
import { printable, type Problem, type ProblemCode } from "../../domain/problem.ts";

/** What a problem needs of its file: of one that is held, or of one that was looked into. */
type FilePlace = Pick<WantedFile, "path" | "layer">;

/** A problem of one file. `message` is ours; text of the image in it goes through `printable` here. */
export function fileProblem(code: ProblemCode, file: FilePlace, message: string): Problem {
  return { code, message: printable(message), path: printable(file.path), layer: file.layer };
}

/**
 * Collects the problems of one file. After `problemsPerFileMax` the rest is only counted, so that a hostile file cannot
 * make a report of a million lines.
 */
export class FileProblems {
  readonly #file: FilePlace;
  readonly #problems: Problem[] = [];
  readonly #left = new Map<ProblemCode, number>();

  constructor(file: FilePlace) {
    this.#file = file;
  }

  add(code: ProblemCode, message: string): void {
    if (this.#problems.length < problemsPerFileMax)
      this.#problems.push(fileProblem(code, this.#file, message));
    else this.#left.set(code, (this.#left.get(code) ?? 0) + 1);
  }

  all(): readonly Problem[] {
    const rest = [...this.#left].map(([code, count]) =>
      fileProblem(code, this.#file, `${count} more of the same kind`),
    );
    return [...this.#problems, ...rest];
  }
}

const problemsPerFileMax = 20;

/**
 * The files of accounts: etc/passwd, etc/shadow and etc/group, as passwd(5), shadow(5) and group(5) describe them.
 */
import type { WantedFile } from "../domain/files.ts";

export interface AccountLine {
  readonly name: string;
  readonly password: string;
  /** uid or gid; null in etc/shadow, and where it is no number. */
  readonly id: number | null;
  /** Login shell; empty in other files. */
  readonly shell: string;
}

const BYTES_MAX = 1024 * 1024;
const LINES_MAX = 20_000;

/** The lines of a file of accounts; none when there is no such file. What is no such line is left out. */
export function readAccounts(file: WantedFile | undefined): readonly AccountLine[] {
  if (file === undefined) return [];
  const text = Buffer.from(file.bytes.subarray(0, BYTES_MAX)).toString("latin1");
  return text
    .split("\n", LINES_MAX)
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line.includes(":") && !line.startsWith("#") && !/^[+-]/.test(line))
    .map((line) => {
      const [name = "", password = "", id = "", , , , shell = ""] = line.split(":", 9);
      return { name, password, id: /^\d{1,10}$/.test(id) ? Number(id) : null, shell };
    });
}

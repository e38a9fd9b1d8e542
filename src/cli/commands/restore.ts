/** `plimsoll restore`: a file of `plimsoll backup` into an empty database. */
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import type { RestoreReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { CheckedBackup } from "../../store/backup/restore-backup.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { formatOption } from "../options/output.ts";
import { openStorePlace, withStoreOptions, type StoreOptions } from "../server/store-place.ts";

interface Options extends StoreOptions {
  readonly check?: true;
  readonly format: string;
}

export const restore: CommandMaker = (context) =>
  withStoreOptions(
    new Command("restore")
      .description("Fill an empty database with what plimsoll backup wrote.")
      .argument("<file>", "file of plimsoll backup")
      .option("--check", "read the file through, and restore nothing"),
  )
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (word: string, options: Options) => {
      const path = resolve(context.cwd, word);
      const file = await open(path, "r").catch((error: Error) => {
        throw new PlimsollError("FILE_NOT_FOUND", `${path} cannot be read: ${error.message}`, {
          cause: error,
        });
      });
      try {
        const checked = await (options.check === true ? check(file) : fill(context, file, options));
        const restored = options.check !== true;
        const { header, end } = checked;
        const { program, madeAt, postgres } = header;
        const migration = header.migrations.at(-1)?.name ?? "";
        const schema = "urn:plimsoll:report:restore:1";
        const report: RestoreReport = {
          schema,
          file: path,
          restored,
          program,
          madeAt,
          postgres,
          migration,
          ...end,
        };
        context.stdout.write(options.format === "json" ? jsonText(report) : textOf(report));
        if (restored) {
          context.stderr.write(
            "next: plimsoll server, with the secret key of the server that the backup is of (secret.key of its data folder, or PLIMSOLL_SECRET_KEY)\n",
          );
        }
      } finally {
        await file.close();
      }
    });

type OpenFile = Awaited<ReturnType<typeof open>>;

async function check(file: OpenFile): Promise<CheckedBackup> {
  const { checkBackup } = await import("../../store/backup/restore-backup.ts");
  return checkBackup(file);
}

async function fill(context: CliContext, file: OpenFile, options: Options): Promise<CheckedBackup> {
  const { checkBackup, restoreBackup } = await import("../../store/backup/restore-backup.ts");
  // Before a database is made for it.
  await checkBackup(file);
  const place = await openStorePlace(context, options, "occupy");
  try {
    return await restoreBackup(place.connection, file, (line) => context.stderr.write(`${line}\n`));
  } finally {
    await place.close();
  }
}

function textOf({ restored, rows, tables, jobs, madeAt, program, postgres }: RestoreReport): string {
  const made = `made at ${madeAt} by Plimsoll ${program} on PostgreSQL ${postgres}`;
  const text = `${rows} rows of ${tables} tables and ${jobs} waiting jobs, ${made}`;
  return restored ? `restored ${text}\n` : `whole: ${text}\n`;
}

const EXAMPLES = `
Examples:
  plimsoll restore plimsoll.backup --data-dir /var/lib/plimsoll-new
  PLIMSOLL_DATABASE_URL=postgres://plimsoll@db.example.com/plimsoll plimsoll restore plimsoll.backup
  plimsoll restore --check plimsoll.backup

The database must be empty and no server may use it. It is filled in one transaction: whole, or not at all. The server that starts on
it migrates it to its own version, and needs the secret key of the server that the backup is of.`;

/** `plimsoll backup`: a server's database into one file, while it runs. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Command } from "commander";
import type { BackupReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { sizeText } from "../../reports/shared/words.ts";
import type { WrittenBackup } from "../../store/backup/write-backup.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { formatOption } from "../options/output.ts";
import { openStorePlace, withStoreOptions, type StoreOptions } from "../server/store-place.ts";

interface Options extends StoreOptions {
  readonly format: string;
}

export const backup: CommandMaker = (context) =>
  withStoreOptions(
    new Command("backup")
      .description("Write a server's database to one file, while the server runs; for restore.")
      .argument("<file>", "written whole or not at all; one that is there is replaced"),
  )
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (word: string, options: Options) => {
      const path = resolve(context.cwd, word);
      const place = await openStorePlace(context, options, "reach");
      const written = await writeWhole(context, path, async (file) => {
        const { writeBackup } = await import("../../store/backup/write-backup.ts");
        return writeBackup(place.connection, file, { program: context.version, now: context.clock() });
      }).finally(() => place.close());
      const { bytes, migration, tables, rows, jobs, sha256 } = written;
      const schema = "urn:plimsoll:report:backup:1";
      const report: BackupReport = { schema, file: path, bytes, migration, tables, rows, jobs, sha256 };
      const text = `${word}: ${rows} rows of ${tables} tables and ${jobs} waiting jobs, ${sizeText(bytes)}\n`;
      context.stdout.write(options.format === "json" ? jsonText(report) : text);
      const key =
        context.config.server.secretKey === null ? join(place.dataDir, "secret.key") : "PLIMSOLL_SECRET_KEY";
      context.stderr.write(
        `The secret key (${key}) is not in it, and without it no stored password can be read again: keep a copy in another place.\n`,
      );
    });

type FileWriter = (file: Awaited<ReturnType<typeof open>>) => Promise<WrittenBackup>;

/** Beside its place first, for this account alone: it holds password hashes and what people wrote. */
async function writeWhole(context: CliContext, path: string, write: FileWriter): Promise<WrittenBackup> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  context.step?.(`writing ${path}`);
  try {
    const written = await writeTo(temporary, write);
    await rename(temporary, path);
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw asOutputError(error, path);
  }
}

async function writeTo(path: string, write: FileWriter): Promise<WrittenBackup> {
  const file = await open(path, "wx", 0o600);
  try {
    const written = await write(file);
    await file.sync();
    return written;
  } finally {
    await file.close();
  }
}

function asOutputError(error: unknown, path: string): unknown {
  const isSystem = error instanceof Error && "syscall" in error && !(error instanceof PlimsollError);
  if (!isSystem) return error;
  return new PlimsollError("OUTPUT_FAILED", `${path} could not be written: ${error.message}`, {
    cause: error,
  });
}

const EXAMPLES = `
Examples:
  plimsoll backup /srv/backup/plimsoll-2026-11-22.backup
  PLIMSOLL_DATABASE_URL=postgres://plimsoll@db.example.com/plimsoll plimsoll backup plimsoll.backup
  plimsoll restore --check plimsoll.backup

It holds one moment of the database, whatever goes on meanwhile, and goes into any PostgreSQL from 15 on: it is also the way to a new
major version. The secret key is not in it.`;

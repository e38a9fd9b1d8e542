/**
 * Exceptions and ignore rules of the project file as exceptions of an analysis. They came with a repository, so they are
 * proposals unless the user named the file; on a laptop all of them count, for an organisation none.
 */
import { basename } from "node:path";
import type { ProjectFile } from "../config/project-file.ts";
import { expiryOf } from "../config/project-schema.ts";
import type { Exception } from "../domain/exception.ts";
import { printable } from "../domain/problem.ts";
import type { CliContext } from "./context.ts";

/** Says which of them have ended; they do nothing. */
export function projectExceptions(context: CliContext): readonly Exception[] {
  const { files } = context;
  if (files?.project === undefined || files.project === null) return [];
  const all = exceptionsOf(files.project, files.isNamed ? "configured" : "proposed");
  const now = context.clock().getTime();
  for (const { vulnerability, expiresAt, location, scope } of all) {
    if (expiresAt === null || now < Date.parse(expiresAt)) continue;
    const what =
      vulnerability === "*" ? (scope.packagePattern ?? scope.purl ?? scope.pathPattern ?? "") : vulnerability;
    context.stderr.write(
      `${printable(location ?? "")}: the exception of ${printable(what)} ended at ${expiresAt} and no longer counts\n`,
    );
  }
  return all;
}

function exceptionsOf(
  { path, exceptions, ignore }: ProjectFile,
  tier: NonNullable<Exception["tier"]>,
): readonly Exception[] {
  const location = basename(path);
  const shared = { decidedAt: "", tier, location };
  return [
    ...exceptions.map(({ scope = {}, expires, justification, author, ticket, ...rest }, index): Exception => {
      const digest =
        scope.image === undefined ? null : (/sha256:[0-9a-f]{64}$/.exec(scope.image)?.[0] ?? scope.image);
      return {
        ...shared,
        ...rest,
        id: `${location}#exceptions[${index}]`,
        justification: justification ?? null,
        scope: {
          repository: scope.repository ?? null,
          ...(scope.repositories === undefined ? {} : { repositories: scope.repositories }),
          digest,
          purl: scope.package ?? null,
        },
        requestedBy: author ?? location,
        decidedBy: author ?? location,
        expiresAt: expires === undefined ? null : expiryOf(expires),
        ...(author === undefined ? {} : { author }),
        ...(ticket === undefined ? {} : { ticket }),
      };
    }),
    ...ignore.map(({ vulnerability, package: pkg, path: inImage, reason, expires }, index): Exception => {
      const isPurl = pkg?.startsWith("pkg:") === true && !pkg.includes("*");
      return {
        ...shared,
        id: `${location}#ignore[${index}]`,
        vulnerability: vulnerability ?? "*",
        kind: "accepted_risk",
        justification: null,
        reason: reason ?? "left aside by a rule of the project file",
        scope: {
          repository: null,
          digest: null,
          purl: isPurl ? (pkg ?? null) : null,
          ...(pkg === undefined || isPurl ? {} : { packagePattern: pkg }),
          ...(inImage === undefined ? {} : { pathPattern: inImage }),
        },
        requestedBy: location,
        decidedBy: location,
        expiresAt: expires === undefined ? null : expiryOf(expires),
      };
    }),
  ];
}

/**
 * Modules as packages. The package URL has the path in lower case, as its specification wants it; the package keeps it as
 * it is, because Go tells `github.com/Azure/…` from `github.com/azure/…`.
 *
 * The whole path is name space and name (`github.com/jackc/pgx` / `v5`): a major version is part of what a module is called.
 */
import type { Evidence, Package } from "../../domain/package.ts";
import { formatPurl } from "../shared/purl.ts";
import type { GoModule } from "./build-record.ts";

/** `system`: the operating system (`GOOS`) that a program with it was built for; null: Linux, or none. */
export function modulePackage(
  { path, version }: GoModule,
  evidence: Evidence,
  system: string | null = null,
): Package {
  const slash = path.lastIndexOf("/");
  const namespace = slash === -1 ? null : path.slice(0, slash);
  const name = path.slice(slash + 1);
  return {
    ecosystem: "golang",
    namespace,
    name,
    version,
    purl: modulePurl({ path, version }, system),
    sourcePackage: null,
    architecture: null,
    licenses: [],
    author: null,
    description: null,
    sizeBytes: null,
    evidence: [evidence],
  };
}

function modulePurl({ path, version }: GoModule, system: string | null): string {
  const lower = path.toLowerCase();
  const slash = lower.lastIndexOf("/");
  return formatPurl({
    type: "golang",
    namespace: slash === -1 ? null : lower.slice(0, slash),
    name: lower.slice(slash + 1),
    version,
    qualifiers: { goos: system },
  });
}

/**
 * The standard library by the toolchain's version: `1.22.5` of `go1.22.5 X:boringcrypto`; null for development versions
 * (`devel go1.23-1a2b3c`), which have no number.
 */
export function stdlibVersion(goVersion: string): string | null {
  return (
    /^go(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?(?:(?:rc|beta)\d{1,4})?)(?:$|[\s+-])/.exec(goVersion)?.[1] ?? null
  );
}

export function stdlibPackage(version: string, evidence: Evidence, system: string | null = null): Package {
  const [, release = version, update = "*"] = /^([\d.]+?)((?:rc|beta)\d+)?$/.exec(version) ?? [];
  return {
    ...modulePackage({ path: "stdlib", version }, evidence, system),
    cpes: [`cpe:2.3:a:golang:go:${release}:${update}:*:*:*:*:*:*`],
  };
}

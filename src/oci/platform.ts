/**
 * Platforms: reading `os/architecture/variant`, normal forms, and which of an index's platforms serves a wish.
 * Normal forms as containerd uses them: `x86_64` is amd64, `aarch64` is arm64, arm64's `v8` and amd64's `v1` are the
 * default and left out, arm without variant is `v7`.
 */
import { formatPlatform, type Platform } from "../domain/image.ts";
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";

/** Reads `linux/arm64` or `linux/arm/v7`. @throws OciError REFERENCE_INVALID */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split("/");
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (rest.length > 0 || !parts.every((part) => part !== undefined && /^[A-Za-z0-9_.-]{1,32}$/.test(part))) {
    throw new OciError(
      "REFERENCE_INVALID",
      `"${printable(text, 100)}" is not a platform: write os/architecture or os/architecture/variant, e.g. linux/arm64.`,
    );
  }
  return normalPlatform({ os: os ?? "", architecture: architecture ?? "", variant: variant ?? null });
}

/**
 * Platform of the machine, as images name it. `arch` is Node's `process.arch`. Images are Linux ones: other systems run
 * them in a virtual machine, and get `linux/amd64`.
 */
export function hostPlatform(os: string, arch: string): Platform {
  const names: Readonly<Record<string, string>> = {
    x64: "amd64",
    ia32: "386",
    mipsel: "mipsle",
    ppc64: "ppc64le",
  };
  const architecture = os === "linux" ? (names[arch] ?? arch) : "amd64";
  return normalPlatform({ os: "linux", architecture, variant: null });
}

/** The same platform in its normal form. */
export function normalPlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const written = platform.architecture.toLowerCase();
  const variant = (platform.variant ?? "").toLowerCase().replace(/^(?=\d)/, "v");
  switch (written) {
    case "amd64":
    case "x86_64":
    case "x86-64":
      return { os, architecture: "amd64", variant: variant === "v1" ? null : variant || null };
    case "arm64":
    case "aarch64":
      return { os, architecture: "arm64", variant: variant === "v8" ? null : variant || null };
    case "armhf":
      return { os, architecture: "arm", variant: "v7" };
    case "armel":
      return { os, architecture: "arm", variant: "v6" };
    case "arm":
      return { os, architecture: "arm", variant: variant || "v7" };
    case "i386":
      return { os, architecture: "386", variant: null };
    default:
      return { os, architecture: written, variant: variant || null };
  }
}

/**
 * Position of the candidate that serves `wanted` best, or -1. An arm or amd64 machine runs images of lower variants too, so
 * those serve when the exact one is missing, the highest first.
 */
export function findPlatform(candidates: readonly Platform[], wanted: Platform): number {
  const normal = candidates.map((candidate) => formatPlatform(normalPlatform(candidate)));
  for (const acceptable of acceptablePlatforms(normalPlatform(wanted))) {
    const at = normal.indexOf(formatPlatform(acceptable));
    if (at !== -1) return at;
  }
  return -1;
}

function acceptablePlatforms(wanted: Platform): readonly Platform[] {
  const lowest: Readonly<Record<string, number>> = { arm: 5, amd64: 1 };
  const from = lowest[wanted.architecture];
  const level = /^v(\d)$/.exec(wanted.variant ?? "")?.[1];
  if (from === undefined || level === undefined) return [wanted];
  const levels = Array.from(
    { length: Math.max(0, Number(level) - from) },
    (_, step) => Number(level) - 1 - step,
  );
  return [wanted, ...levels.map((lower) => normalPlatform({ ...wanted, variant: `v${lower}` }))];
}

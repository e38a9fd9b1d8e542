/** How Alpine packages are named, versioned and looked up. */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { distroLookUp, distroOf } from "../shared/distro-space.ts";
import type { EcosystemNaming } from "../types.ts";

export const apkNaming: EcosystemNaming = {
  id: "apk",
  version: 3,
  scheme: "apk",
  lookUp,
};

function lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  return distroLookUp(pkg, spaceOf(distroOf(pkg, distro)));
}

/**
 * `apk:alpine:3.18` of `3.18.4`; `apk:alpine:edge` of `3.20_alpha20240329`; `apk:alpaquita:23` and `apk:alpaquita:stream` by
 * channel, as each has versions of its own; `apk:wolfi` and others, which roll, by id.
 */
function spaceOf(distro: Pick<Distro, "id" | "versionId" | "codename"> | null): string | null {
  if (distro === null) return null;
  if (distro.id === "alpaquita") {
    // A package URL writes the channel `stream` where code names stand: `distro=alpaquita-stream`.
    const channel = /^(?:\d{1,4}|stream)(?=\.|$)/.exec(distro.versionId ?? distro.codename ?? "");
    return channel === null ? null : `apk:alpaquita:${channel[0]}`;
  }
  if (distro.id !== "alpine") return `apk:${distro.id}`;
  const versionId = distro.versionId ?? "";
  if (versionId === "edge" || versionId.includes("_alpha")) return "apk:alpine:edge";
  const release = /^v?(\d{1,4}\.\d{1,4})(?:\.|$|_)/.exec(versionId);
  return release === null ? null : `apk:alpine:${release[1] ?? ""}`;
}

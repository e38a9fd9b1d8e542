/**
 * Package URLs of foreign documents (https://github.com/package-url/purl-spec): taken apart, and what scanners write into
 * qualifiers understood.
 */
import { PackageURL } from "packageurl-js";
import type { Distro } from "../../domain/package.ts";

export interface ParsedPurl {
  readonly ecosystem: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  /** Canonical spelling. */
  readonly purl: string;
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** Bytes of one package URL; longer ones are not read. */
const PURL_LENGTH_MAX = 4096;

/** The parts of a package URL, or null when it is not valid. */
export function parsePurl(text: string): ParsedPurl | null {
  if (text.length > PURL_LENGTH_MAX) return null;
  try {
    const parsed = PackageURL.fromString(text);
    if (parsed.type === undefined || parsed.name === undefined) return null;
    return {
      ecosystem: parsed.type,
      namespace: parsed.namespace ?? null,
      name: parsed.name,
      version: parsed.version ?? null,
      purl: parsed.toString(),
      qualifiers: Object.fromEntries(Object.entries(parsed.qualifiers ?? {})) as Record<string, string>,
    };
  } catch {
    return null;
  }
}

/**
 * The package's version: that of the purl, with the epoch that some writers keep in a qualifier of its own
 * (`bash@5.2.15-2?epoch=1` is `1:5.2.15-2`), else the document's. Empty when neither tells.
 */
export function versionFrom(parsed: ParsedPurl, written: string | null): string {
  if (parsed.version === null) return written ?? "";
  const epoch = parsed.qualifiers["epoch"] ?? "";
  const addsEpoch = /^[0-9]{1,9}$/.test(epoch) && epoch !== "0" && !/^[0-9]+:/.test(parsed.version);
  return addsEpoch ? `${epoch}:${parsed.version}` : parsed.version;
}

/**
 * Source package from the qualifier `upstream`: `openssl`, `openssl@3.0.11-1`, or an RPM file name such as
 * `openssl-3.0.7-25.el9.src.rpm`. Without a version of its own it has the package's. Null when there is no qualifier.
 */
export function sourceFromUpstream(
  parsed: ParsedPurl,
  version: string,
): { readonly name: string; readonly version: string } | null {
  const upstream = parsed.qualifiers["upstream"];
  if (upstream === undefined || upstream === "") return null;
  if (upstream.endsWith(".src.rpm")) {
    const [name, upstreamVersion, release] = splitRight(upstream.slice(0, -".src.rpm".length));
    return name === "" ? null : { name, version: `${upstreamVersion}-${release}` };
  }
  const at = upstream.indexOf("@");
  if (at <= 0) return at === 0 ? null : { name: upstream, version };
  return { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}

/** `a-b-1-2` -> `["a-b", "1", "2"]`; empty name when there are not two dashes. */
function splitRight(text: string): readonly [string, string, string] {
  const last = text.lastIndexOf("-");
  const before = text.lastIndexOf("-", last - 1);
  if (last <= 0 || before <= 0) return ["", "", ""];
  return [text.slice(0, before), text.slice(before + 1, last), text.slice(last + 1)];
}

/**
 * The distribution that a package's qualifiers name: `distro=debian-12`, `distro=3.18.4` beside the namespace `alpine`,
 * `distro=bookworm`, or `os_name=debian&os_version=12&os_distro=bookworm`. Null when they name none.
 */
export function distroFromPurl(parsed: ParsedPurl): Distro | null {
  const { qualifiers, namespace } = parsed;
  const osName = qualifiers["os_name"];
  if (osName !== undefined && osName !== "") {
    return makeDistro(osName, qualifiers["os_version"] ?? null, qualifiers["os_distro"] ?? null);
  }
  const value = qualifiers["distro"] ?? "";
  if (value === "") return null;
  if (/^[0-9]/.test(value)) return namespace === null ? null : makeDistro(namespace, value, null);
  const dash = value.lastIndexOf("-");
  if (dash > 0 && /^[0-9]/.test(value.slice(dash + 1))) {
    return makeDistro(value.slice(0, dash), value.slice(dash + 1), null);
  }
  if (namespace === null || namespace === value) return makeDistro(value, null, null);
  return value.startsWith(`${namespace}-`)
    ? makeDistro(namespace, null, value.slice(namespace.length + 1))
    : makeDistro(namespace, null, value);
}

/** A distribution known by id and version alone; its name is made up of them. */
export function makeDistro(id: string, versionId: string | null, codename: string | null): Distro {
  const version = versionId === "" ? null : versionId;
  return {
    id: id.toLowerCase(),
    versionId: version,
    codename: codename === "" ? null : codename,
    name: version === null ? id : `${id} ${version}`,
    idLike: [],
  };
}

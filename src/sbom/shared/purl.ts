/**
 * Package URLs of foreign documents (https://github.com/package-url/purl-spec): taken apart, and what scanners write into
 * qualifiers understood.
 */
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

/**
 * The parts of a package URL, or null when it is not valid. Read here rather than by packageurl-js, which changes the case of
 * npm names and writes `+` unescaped, so that a purl of our own would come back as another one.
 */
export function parsePurl(text: string): ParsedPurl | null {
  if (text.length > PURL_LENGTH_MAX || !/^pkg:/i.test(text)) return null;
  const [beforeSubpath, subpath] = cutRight(text.slice("pkg:".length), "#");
  const [path, query] = cutRight(beforeSubpath, "?");
  const [coordinates, version] = cutVersion(path);
  const [type = "", ...segments] = coordinates.split("/").filter((segment) => segment !== "");
  const decoded = segments.map(decode);
  const qualifiers = readQualifiers(query ?? "");
  const name = decoded.pop() ?? null;
  const readVersion = version === null || version === "" ? null : decode(version);
  const isBroken = decoded.includes(null) || (readVersion === null && (version ?? "") !== "");
  const ecosystem = type.toLowerCase();
  if (
    !/^[a-z][a-z0-9.-]{0,63}$/.test(ecosystem) ||
    name === null ||
    name === "" ||
    qualifiers === null ||
    isBroken
  ) {
    return null;
  }
  const namespace = decoded.length === 0 ? null : decoded.join("/");
  const parts = {
    ecosystem,
    namespace,
    name: canonicalName(ecosystem, name),
    version: readVersion,
    qualifiers,
  };
  return { ...parts, purl: writePurl(parts, subpath) };
}

/** The specification's name rule for Python; the case of other names is left alone, npm has old names in capitals. */
function canonicalName(ecosystem: string, name: string): string {
  return ecosystem === "pypi" ? name.toLowerCase().replaceAll("_", "-") : name;
}

function cutRight(text: string, mark: string): readonly [before: string, after: string | null] {
  const at = text.lastIndexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** The version follows the last `@`, but one that starts a segment belongs to an npm scope: `npm/@types/node`. */
function cutVersion(path: string): readonly [coordinates: string, version: string | null] {
  const at = path.lastIndexOf("@");
  return at <= 0 || path[at - 1] === "/" ? [path, null] : [path.slice(0, at), path.slice(at + 1)];
}

/** Keys in lower case, sorted; empty values are left out. Null when an encoding is broken. */
function readQualifiers(query: string): Readonly<Record<string, string>> | null {
  const pairs = query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): readonly [string, string | null] => {
      const at = pair.indexOf("=");
      return at === -1
        ? [pair.toLowerCase(), ""]
        : [pair.slice(0, at).toLowerCase(), decode(pair.slice(at + 1))];
    });
  const full = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null && pair[1] !== "");
  if (pairs.some(([, value]) => value === null)) return null;
  return Object.fromEntries(full.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Canonical spelling (ECMA-427): everything but letters, digits, `.-_~` and `:` percent-encoded. */
function writePurl(parts: Omit<ParsedPurl, "purl">, subpath: string | null): string {
  const { ecosystem, namespace, name, version, qualifiers } = parts;
  const path = [...(namespace === null ? [] : namespace.split("/")), name].map(encode).join("/");
  const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encode(value)}`);
  return [
    `pkg:${ecosystem}/${path}`,
    version === null ? "" : `@${encode(version)}`,
    query.length === 0 ? "" : `?${query.join("&")}`,
    writeSubpath(subpath),
  ].join("");
}

/** Empty segments, `.` and `..` are left out, as the specification says. */
function writeSubpath(subpath: string | null): string {
  const segments = (subpath ?? "").split("/").map((segment) => decode(segment) ?? segment);
  const kept = segments.filter((segment) => segment !== "" && segment !== "." && segment !== "..");
  return kept.length === 0 ? "" : `#${kept.map(encode).join("/")}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%3A", ":")
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
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

/**
 * Package URLs in canonical form (ECMA-427, https://github.com/package-url/purl-spec). Written here rather than by
 * packageurl-js, which leaves `+` in versions unescaped and changes the case of npm names.
 */

export interface PurlParts {
  readonly type: string;
  /** `debian`, `@types`, `github.com/apple`; null: none. */
  readonly namespace: string | null;
  readonly name: string;
  /** Empty: none. */
  readonly version: string;
  /** Null and empty values are left out. */
  readonly qualifiers?: Readonly<Record<string, string | null>>;
  /** A part of the package: `sub/folder`; null and empty: the whole. */
  readonly subpath?: string | null;
}

/** `pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12` */
export function formatPurl(parts: PurlParts): string {
  const { type, namespace, name, version, qualifiers = {}, subpath = null } = parts;
  const path = namespace === null ? encode(name) : `${encodePath(namespace)}/${encode(name)}`;
  const pairs = Object.entries(qualifiers)
    .filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`);
  const query = pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  const fragment = subpath === null ? "" : encodePath(subpath);
  const end = fragment === "" ? query : `${query}#${fragment}`;
  return `pkg:${type}/${path}${version === "" ? "" : `@${encode(version)}`}${end}`;
}

/** Each segment by itself; empty ones are left out. */
function encodePath(path: string): string {
  if (!path.includes("/")) return encode(path);
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(encode)
    .join("/");
}

/**
 * The qualifier `upstream`, by which Syft, Grype and others name the source package, of which the advisories of distributions
 * speak: `openssl`, with the version where the binary package has another (`gcc-12@12.2.0-13`); null where it tells nothing
 * that name and version do not.
 */
export function upstreamQualifier(
  { name, version }: Pick<PurlParts, "name" | "version">,
  source: { readonly name: string; readonly version: string } | null,
): string | null {
  if (source === null) return null;
  if (source.version !== version) return `${source.name}@${source.version}`;
  return source.name === name ? null : source.name;
}

/** The value of a purl's qualifier, decoded; null when it has none or its encoding is broken. */
export function purlQualifier(purl: string, key: string): string | null {
  const start = purl.indexOf("?");
  if (start === -1) return null;
  const hash = purl.indexOf("#", start);
  for (const pair of purl.slice(start + 1, hash === -1 ? undefined : hash).split("&")) {
    if (!pair.startsWith(`${key}=`)) continue;
    try {
      return decodeURIComponent(pair.slice(key.length + 1));
    } catch {
      return null;
    }
  }
  return null;
}

/** Everything but letters, digits, `.-_~` and `:` is percent-encoded as UTF-8. Lone surrogates become U+FFFD. */
function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replace(/%3A/g, ":")
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const PLAIN = /^[A-Za-z0-9._~:-]*$/;

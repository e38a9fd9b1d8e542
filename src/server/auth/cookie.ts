/**
 * The cookie that holds a session's id. Scripts cannot read it, and other sites' forms do not send it. Where the server's public
 * address is https its name begins with `__Host-`: browsers then take it from this host alone, over TLS, so neither a neighbouring
 * subdomain nor somebody on the way who answers for http can plant one.
 * https://www.rfc-editor.org/rfc/rfc6265, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis section 4.1.3.2
 */

/** The id of the session in a `Cookie` header; null: none, or several, which only an attacker on a neighbouring host makes. */
export function readSessionCookie(header: string | null, isSecure: boolean): string | null {
  return readCookie(header, cookieName(isSecure));
}

/** The value of a cookie of this name; null: none, or several. */
export function readCookie(header: string | null, name: string): string | null {
  const values = (header ?? "")
    .slice(0, HEADER_LENGTH_MAX)
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && value !== "" ? value : null;
}

/** A `Set-Cookie` header; null ends the session in the browser. `isSecure`: the server's public address is https. */
export function writeSessionCookie(
  sessionId: string | null,
  { maxAgeSeconds, isSecure }: { readonly maxAgeSeconds: number; readonly isSecure: boolean },
): string {
  const age = sessionId === null ? 0 : maxAgeSeconds;
  const words = [
    `${cookieName(isSecure)}=${sessionId ?? ""}`,
    "Path=/",
    `Max-Age=${age}`,
    "HttpOnly",
    "SameSite=Lax",
  ];
  return [...words, ...(isSecure ? ["Secure"] : [])].join("; ");
}

/** `isSecure`: the server's public address is https. */
export function cookieName(isSecure: boolean): string {
  return isSecure ? `__Host-${NAME}` : NAME;
}

/** Whether browsers reach the server over TLS, at itself or at a proxy before it. */
export function isSecureAddress(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}

const NAME = "plimsoll_session";
const HEADER_LENGTH_MAX = 16_384;

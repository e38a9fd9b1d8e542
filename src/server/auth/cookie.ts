/** The cookie that holds a session's id. Scripts cannot read it, and other sites' forms do not send it. */

/** The id of the session in a `Cookie` header; null: none, or several, which only an attacker on a neighbouring host makes. */
export function readSessionCookie(header: string | null): string | null {
  const values = (header ?? "")
    .slice(0, HEADER_LENGTH_MAX)
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && value !== "" ? value : null;
}

/** A `Set-Cookie` header; null ends the session in the browser. `isSecure`: the server's public address is https. */
export function writeSessionCookie(
  sessionId: string | null,
  { maxAgeSeconds, isSecure }: { readonly maxAgeSeconds: number; readonly isSecure: boolean },
): string {
  const age = sessionId === null ? 0 : maxAgeSeconds;
  const words = [`${NAME}=${sessionId ?? ""}`, "Path=/", `Max-Age=${age}`, "HttpOnly", "SameSite=Lax"];
  return [...words, ...(isSecure ? ["Secure"] : [])].join("; ");
}

const NAME = "plimsoll_session";
const HEADER_LENGTH_MAX = 16_384;

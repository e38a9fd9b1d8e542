/** The mail server of the operator: `smtp://user:password@mail.example.com:587`. */
import { PlimsollError } from "../domain/error.ts";

export interface MailServer {
  /** Without user and password. */
  readonly url: string;
  /** Null: nobody signs in. */
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** Address that messages are from. */
  readonly from: string;
  /** `none`: in the clear, for a server in the same network. */
  readonly tls: "required" | "none";
}

/** `?tls=none` behind the address: in the clear. @throws PlimsollError CONFIG_INVALID, without the address: it may hold a password */
export function readMailServer(address: string | null, from: string | null): MailServer | null {
  if (address === null && from === null) return null;
  if (address === null || from === null)
    throw invalid("PLIMSOLL_SMTP_URL and PLIMSOLL_SMTP_FROM are set together, or neither.");
  if (!/^[^\s@<>,;:"]{1,64}@[A-Za-z0-9.-]{1,189}$/.test(from))
    throw invalid("PLIMSOLL_SMTP_FROM is no e-mail address.");
  const url = URL.parse(address);
  const isMail =
    url !== null && (url.protocol === "smtp:" || url.protocol === "smtps:") && url.hostname !== "";
  if (!isMail || !/^\/?$/.test(url.pathname) || !["", "?tls=none"].includes(url.search))
    throw invalid(
      "PLIMSOLL_SMTP_URL is written smtp://user:password@mail.example.com:587 or smtps://mail.example.com.",
    );
  const tls = url.search === "" || url.protocol === "smtps:" ? "required" : "none";
  const [user, password] = [decode(url.username), decode(url.password)];
  if ((user === "") !== (password === ""))
    throw invalid("PLIMSOLL_SMTP_URL has a user and a password, or neither.");
  if (user !== "" && tls === "none") throw invalid("PLIMSOLL_SMTP_URL: no password is sent in the clear.");
  return Object.freeze({
    url: `${url.protocol}//${url.host}`,
    auth: user === "" ? null : Object.freeze({ user, password }),
    from,
    tls,
  });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid("PLIMSOLL_SMTP_URL has a user or password with a % that starts no character.");
  }
}

function invalid(message: string): PlimsollError {
  return new PlimsollError("CONFIG_INVALID", message);
}

/**
 * Whether an address may be listened on. Passwords and tokens cross the network to every address but loopback, so plain http
 * there is refused, unless the server or a proxy before it ends TLS or somebody says that the network is safe.
 */
import { PlimsollError } from "../domain/error.ts";
import { isLoopbackHost } from "../io/http-hosts.ts";

export interface Exposure {
  /** Where the server listens, without brackets. */
  readonly host: string;
  /** Origin under which it is reached, or null. */
  readonly publicUrl: string | null;
  readonly allowPlainHttp: boolean;
  /** The server ends TLS itself. */
  readonly hasTls: boolean;
}

/** Returns a warning to print, or null. @throws PlimsollError SERVER_INSECURE */
export function checkExposure({ host, publicUrl, allowPlainHttp, hasTls }: Exposure): string | null {
  if (hasTls || isLoopbackHost(host)) return null;
  if (publicUrl?.startsWith("https:") === true) {
    return `${host} is reached without TLS by everybody who gets past the proxy of ${publicUrl}.`;
  }
  if (!allowPlainHttp) {
    throw new PlimsollError(
      "SERVER_INSECURE",
      `On ${host} passwords and tokens would cross the network without TLS.`,
    );
  }
  return `WITHOUT TLS: passwords and tokens cross the network to ${host} in clear text.`;
}

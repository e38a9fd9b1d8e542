/** A TCP connection for protocols other than HTTP, by the operator's rules on where this process may connect to. */
import { connect, isIP, type Socket } from "node:net";
import { currentConnectRules, lookupBy, notAllowed } from "./connect-rules.ts";

export interface TcpAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Ends the attempt, not the connection. */
  readonly signal: AbortSignal;
}

/**
 * Fulfilled when it stands; the caller ends it. Rejected with the system's error (`code` as in `ECONNREFUSED`), with NOT_ALLOWED for
 * what the operator's rules close, with `timeout`, or with the signal's reason.
 */
export function connectTcp({ host, port, timeoutMs, signal }: TcpAddress): Promise<Socket> {
  const rules = currentConnectRules();
  if (rules?.decide(host, isIP(host) === 0 ? null : host) === false) return Promise.reject(notAllowed());
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(rules === null ? {} : { lookup: lookupBy(rules) }) });
    const settle = (error: Error | null): void => {
      signal.removeEventListener("abort", stop);
      socket.removeAllListeners().setTimeout(0);
      if (error === null) return resolve(socket);
      // A socket that is being torn down may still tell of it.
      socket.on("error", () => {}).destroy();
      reject(error);
    };
    const stop = (): void => settle(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    socket.setTimeout(timeoutMs, () => settle(Object.assign(new Error("timeout"), { code: "timeout" })));
    socket.once("connect", () => settle(null)).once("error", settle);
  });
}

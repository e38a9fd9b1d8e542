/** What somebody wrote as the host of a registry. */

/** `https://registry.example.com/v2/` and `registry.example.com` are the same host; a scheme says whether TLS is spoken. */
export function readHost(written: string): { readonly host: string; readonly insecure: boolean | null } {
  const found = /^(?:(https?):\/\/)?([^/]*)/i.exec(written.trim());
  const scheme = found?.[1]?.toLowerCase();
  return { host: found?.[2] ?? "", insecure: scheme === undefined ? null : scheme === "http" };
}

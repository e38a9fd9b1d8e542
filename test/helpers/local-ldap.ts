/**
 * A real directory (Debian's slapd) on free loopback ports, with its data in a folder that the caller removes.
 * `PLIMSOLL_TEST_SLAPD_ROOT`: folder that the package was unpacked into, where it is not installed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "ldapts";
import { makeAuthority } from "./certificates.ts";

export interface LocalLdap {
  /** `ldap://127.0.0.1:PORT` */
  readonly url: string;
  /** `ldaps://127.0.0.1:PORT` */
  readonly secureUrl: string;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  readonly baseDn: string;
  readonly adminDn: string;
  readonly adminPassword: string;
  stop(): Promise<void>;
}

/** `entries`: below `dc=example,dc=org`, in order. */
export async function startLdap(
  folder: string,
  entries: readonly (readonly [dn: string, attributes: Readonly<Record<string, string | string[]>>])[],
): Promise<LocalLdap> {
  const root = process.env["PLIMSOLL_TEST_SLAPD_ROOT"] ?? "";
  const baseDn = "dc=example,dc=org";
  const [adminDn, adminPassword] = [`cn=admin,${baseDn}`, "of the directory"];
  const authority = makeAuthority();
  const { cert, key } = authority.issue("127.0.0.1");
  mkdirSync(join(folder, "data"), { recursive: true });
  for (const [name, text] of Object.entries({ "ca.pem": authority.cert, "cert.pem": cert, "key.pem": key }))
    writeFileSync(join(folder, name), text);
  const schemas = ["core", "cosine", "inetorgperson"].map(
    (name) => `include ${root}/etc/ldap/schema/${name}.schema`,
  );
  const config = `${schemas.join("\n")}
modulepath ${root}/usr/lib/ldap
moduleload back_mdb
moduleload memberof
TLSCACertificateFile ${join(folder, "ca.pem")}
TLSCertificateFile ${join(folder, "cert.pem")}
TLSCertificateKeyFile ${join(folder, "key.pem")}
database mdb
suffix "${baseDn}"
rootdn "${adminDn}"
rootpw "${adminPassword}"
directory ${join(folder, "data")}
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous auth
`;
  writeFileSync(join(folder, "slapd.conf"), config);
  const [port, securePort] = [await freePort(), await freePort()];
  const [url, secureUrl] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  const words = ["-d", "0", "-f", join(folder, "slapd.conf"), "-h", `${url} ${secureUrl}`];
  const child = spawn("slapd", words, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  await fill(url, { adminDn, adminPassword }, [
    [baseDn, { objectClass: ["dcObject", "organization"], dc: "example", o: "Example" }],
    ...entries,
  ]).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`slapd cannot be used: ${said}`, { cause: error });
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  return { url, secureUrl, ca: authority.cert, baseDn, adminDn, adminPassword, stop };
}

async function fill(
  url: string,
  { adminDn, adminPassword }: { readonly adminDn: string; readonly adminPassword: string },
  entries: readonly (readonly [string, Readonly<Record<string, string | string[]>>])[],
): Promise<void> {
  const client = new Client({ url });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.bind(adminDn, adminPassword);
      break;
    } catch (error) {
      if (attempt >= 50) throw error;
      await pause(100);
    }
  }
  for (const [dn, attributes] of entries) await client.add(dn, { ...attributes });
  await client.unbind();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Trust policy and trust store of Notation, from the folder where it keeps them (directory-structure.md of its specification). */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { NotationTrust } from "../domain/signature.ts";

const BYTES_MAX = 1024 ** 2;
const CERTIFICATES_MAX = 1000;
const KINDS: readonly string[] = ["ca", "signingAuthority"];

/** `now`: when certificates have to be valid. @throws PlimsollError TRUST_INVALID when there is no policy, or a file cannot be read */
export function readNotationTrust(folder: string, now: Date): NotationTrust {
  const name = ["trustpolicy.oci.json", "trustpolicy.json"].find((each) => isFile(join(folder, each)));
  if (name === undefined) throw unusable(folder, "it has no trustpolicy.json");
  const certificates = KINDS.flatMap((kind) =>
    namesIn(join(folder, "truststore/x509", kind)).flatMap((store) => {
      const place = join(folder, "truststore/x509", kind, store);
      return namesIn(place)
        .filter((file) => isFile(join(place, file)))
        .flatMap((file) =>
          pemsOf(readBytes(folder, join(place, file))).map((pem) => ({
            store: `${kind}:${store}`,
            name: file,
            pem,
          })),
        );
    }),
  );
  if (certificates.length > CERTIFICATES_MAX)
    throw unusable(folder, `its trust store has more than ${CERTIFICATES_MAX} certificates`);
  const policy = readBytes(folder, join(folder, name)).toString("utf8");
  return { policy, certificates, at: now.toISOString() };
}

/** Several in one file of PEM, or one in DER. */
function pemsOf(bytes: Buffer): readonly string[] {
  const blocks = bytes
    .toString("latin1")
    .match(/-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----/g);
  if (blocks !== null) return blocks;
  return [`-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----`];
}

/** None where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readBytes(folder: string, path: string): Buffer {
  try {
    if (statSync(path).size <= BYTES_MAX) return readFileSync(path);
  } catch (cause) {
    throw unusable(folder, `${path} cannot be read`, cause);
  }
  throw unusable(folder, `${path} is too large`);
}

function unusable(folder: string, why: string, cause?: unknown): PlimsollError {
  return new PlimsollError(
    "TRUST_INVALID",
    `The folder ${printable(folder)} of Notation cannot be used: ${printable(why, 300)}.`,
    { cause, details: { folder } },
  );
}

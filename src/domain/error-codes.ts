/**
 * Every error code in one table: HTTP status, exit code of the command line, and advice.
 * `docs/reference/errors.md` is made from it. A code is never renamed or reused.
 */

interface ErrorCodeRow {
  /** Status of an HTTP answer that carries this code. */
  readonly httpStatus: number;
  /** Exit code of the command line: 1 operational error. (2 is a gate, never an error.) */
  readonly exitCode: 1;
  /** What went wrong, in general. */
  readonly title: string;
  /** What to do, as an instruction. */
  readonly advice: string;
}

function row(httpStatus: number, title: string, advice: string): ErrorCodeRow {
  return { httpStatus, exitCode: 1, title, advice };
}

export const errorCodes = {
  // command line and configuration
  USAGE: row(
    400,
    "The command line could not be understood.",
    "Run the command with --help and correct the arguments.",
  ),
  CONFIG_INVALID: row(
    400,
    "A setting or configuration file is not valid.",
    "Correct the named setting; docs/reference/cli.md lists what is accepted.",
  ),
  FILE_NOT_FOUND: row(
    404,
    "A file that was named does not exist or cannot be read.",
    "Check the path and its permissions.",
  ),
  OUTPUT_FAILED: row(
    500,
    "The result could not be written.",
    "Check that the folder of --output exists and can be written.",
  ),
  INTERNAL: row(
    500,
    "The program broke one of its own promises.",
    "Report it with the output of the same command and --debug.",
  ),

  // references and sources
  REFERENCE_INVALID: row(
    400,
    "The image reference is not valid.",
    "Write registry/repository:tag, or a prefix such as oci-dir:// or archive:// and a path.",
  ),
  SOURCE_UNSUPPORTED: row(
    400,
    "This kind of source is not supported.",
    "Use registry://, oci-dir://, archive://, fs:// or sbom://.",
  ),
  SOURCE_NOT_FOUND: row(404, "The image, archive or folder does not exist.", "Check the reference or path."),
  SOURCE_INVALID: row(
    422,
    "The source is not what its prefix says.",
    "Check that the path is an OCI layout, a docker archive, a folder or an SBOM, as the prefix says.",
  ),
  SOURCE_AMBIGUOUS: row(400, "The source holds several images.", "Choose one with --ref."),
  PLATFORM_NOT_FOUND: row(
    404,
    "The index has no image for this platform.",
    "Choose one of the listed platforms with --platform.",
  ),
  IMAGE_UNSUPPORTED: row(
    422,
    "The image is of a kind that cannot be analysed.",
    "Only Linux container images in OCI or Docker format are analysed.",
  ),
  DIGEST_MISMATCH: row(
    422,
    "Content does not have the digest it was named by.",
    "Fetch or build the image again; if it repeats, the registry or file is corrupt or was tampered with.",
  ),

  // registries
  REGISTRY_UNREACHABLE: row(
    502,
    "The registry did not answer.",
    "Check the host name, the network and proxy settings.",
  ),
  REGISTRY_UNAUTHORIZED: row(
    401,
    "The registry refused the credentials.",
    "Sign in with docker login, or set PLIMSOLL_REGISTRY_USER and PLIMSOLL_REGISTRY_PASSWORD.",
  ),
  REGISTRY_DENIED: row(
    403,
    "The registry denies access to this repository.",
    "Check that the account may pull from the repository.",
  ),
  REGISTRY_RATE_LIMITED: row(
    429,
    "The registry limits the rate of requests.",
    "Wait, or sign in to raise the limit.",
  ),
  REGISTRY_PROTOCOL: row(
    502,
    "The registry gave an answer that the protocol does not allow.",
    "Check that the address is an OCI registry; see --debug for the answer.",
  ),
  REGISTRY_INSECURE: row(
    400,
    "Plain HTTP is only used for loopback addresses or when told.",
    "Use TLS, or name the registry with --insecure-registry.",
  ),
  CREDENTIALS_INVALID: row(
    400,
    "Stored registry credentials could not be read.",
    "Check ~/.docker/config.json and its credential helper.",
  ),

  // reading and limits
  JSON_INVALID: row(422, "A document is not valid JSON.", "Check the named document."),
  DOCUMENT_INVALID: row(
    422,
    "A document does not have the expected shape.",
    "Check the named field of the document.",
  ),
  LIMIT_EXCEEDED: row(
    413,
    "Input is larger than a named limit.",
    "If the input is trustworthy, raise the named limit.",
  ),
  HTTP_FAILED: row(
    502,
    "A download failed.",
    "Check the address, the network and proxy settings; a mirror can be set for each feed.",
  ),

  // SBOM
  SBOM_UNSUPPORTED: row(
    422,
    "The SBOM is in no known format.",
    "Give CycloneDX 1.4 to 1.6 JSON, SPDX 2.2 or 2.3 JSON, Syft JSON or Plimsoll's own JSON.",
  ),

  // versions
  VERSION_INVALID: row(
    422,
    "A version cannot be parsed by its scheme.",
    "Check the version; plimsoll versions list shows the schemes.",
  ),
  VERSION_SCHEME_UNKNOWN: row(
    400,
    "There is no version scheme of this name.",
    "plimsoll versions list shows the schemes.",
  ),

  // vulnerability database
  DATABASE_MISSING: row(
    409,
    "There is no vulnerability database.",
    "Run plimsoll db update (network) or plimsoll db build --from PATH (files).",
  ),
  DATABASE_INVALID: row(
    409,
    "The vulnerability database cannot be read.",
    "Run plimsoll db update again, or remove the named folder first.",
  ),
  DATABASE_UNWRITABLE: row(
    500,
    "The folder of the vulnerability database cannot be written.",
    "Check the folder's permissions, or name another one with PLIMSOLL_DB_DIR.",
  ),
  DATABASE_LOCKED: row(
    409,
    "Another process is changing the vulnerability database.",
    "Wait for it to end and run the command again.",
  ),
  FEED_UNKNOWN: row(400, "There is no feed of this name.", "plimsoll db feeds lists them."),
  FEED_INVALID: row(
    422,
    "A feed's content could not be understood.",
    "The last good snapshot stays in use; check the named file or address.",
  ),
  FEED_SHRUNK: row(
    422,
    "A feed has far fewer records than before and was held back.",
    "Check the source; accept it with --accept-shrunk FEED.",
  ),
  PURL_INVALID: row(400, "A package URL is not valid.", "Write pkg:type/namespace/name@version."),

  // VEX and policies
  VEX_INVALID: row(
    422,
    "A VEX document is not valid OpenVEX.",
    "Correct the named field; see https://github.com/openvex/spec.",
  ),
  POLICY_UNKNOWN: row(400, "There is no policy of this name.", "plimsoll policy --list shows the policies."),
  POLICY_CONFIG_INVALID: row(
    400,
    "The policy configuration is not valid.",
    "Correct the named field; docs/reference/policies.md lists every option.",
  ),
  FINDING_NOT_FOUND: row(
    404,
    "No advisory of this id names a package of the image.",
    "Check the id; plimsoll cves lists the findings of the image.",
  ),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof errorCodes;

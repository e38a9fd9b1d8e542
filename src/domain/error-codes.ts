/**
 * Every error code in one table: HTTP status, exit code of the command line, and advice.
 * `docs/reference/errors.md` is made from it. A code is never renamed or reused.
 * Long because it is one table, with a record for each code.
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
  TEMPLATE_INVALID: row(
    400,
    "The template of a report cannot be used.",
    "Correct the line; docs/guide/output.md shows what a template may hold.",
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
    "Use registry://, local://, containerd://, oci-dir://, archive://, fs:// or sbom://.",
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
  READER_ENDED: row(
    500,
    "The process that reads images ended before it was done.",
    "A limit of memory or time was passed, or it was killed. Run it again with --debug; if it repeats, the image means harm or this is a defect: report it.",
  ),
  DIGEST_MISMATCH: row(
    422,
    "Content does not have the digest it was named by.",
    "Fetch or build the image again; if it repeats, the registry or file is corrupt or was tampered with.",
  ),

  // engines of this machine
  ENGINE_UNREACHABLE: row(
    502,
    "No Docker or Podman engine, or no containerd, answers.",
    "Start it or set DOCKER_HOST, CONTAINER_HOST or CONTAINERD_ADDRESS; registry:// and archive:// need none.",
  ),
  ENGINE_FAILED: row(
    502,
    "The Docker or Podman engine, or containerd, gave no usable answer.",
    "Try docker image inspect or podman image inspect; docker save and archive:// do without its interface.",
  ),

  CONTENT_MISSING: row(
    404,
    "The local store does not hold all of the image.",
    "Pull it again, for this platform (ctr images pull --platform, nerdctl pull), or name registry://.",
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
  IMAGE_DOCUMENT_UNREADABLE: row(
    500,
    "The stored inventory of an image is damaged or of another version.",
    "Analyse the image again.",
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
    "Give CycloneDX 1.2 to 1.7 (JSON, XML), SPDX 2.2 or 2.3 (JSON, tag-value), SPDX 3.0, Syft, Scout or Plimsoll JSON.",
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
  BASE_IMAGE_UNKNOWN: row(
    409,
    "It is not known which layers of the image are its base image's.",
    "Name the base with --base-image, or build with provenance (docker buildx build --provenance=mode=max).",
  ),
  ENVIRONMENT_UNKNOWN: row(
    404,
    "No image was recorded into this environment.",
    "plimsoll environment lists those there are; plimsoll environment NAME IMAGE records an image.",
  ),
  BASELINE_UNKNOWN: row(
    404,
    "There is no other image to compare with.",
    "Name one with --to, or analyse or record an image of the same repository and platform first.",
  ),
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
  DATABASE_FOREIGN: row(
    422,
    "What was named holds no vulnerability database that this version reads.",
    "Name what plimsoll db push or plimsoll db export made, or use the version of the program that made it.",
  ),
  DATABASE_UNTRUSTED: row(
    403,
    "A published vulnerability database is not signed by a trusted key.",
    "Nothing was changed. Name the publisher's public key in PLIMSOLL_DB_TRUSTED_KEYS if you trust it.",
  ),
  DATABASE_TAMPERED: row(
    422,
    "A vulnerability database is not what its signature or its digests say.",
    "Nothing was changed. Fetch it again; if that does not help, ask its publisher.",
  ),
  DATABASE_INACCURATE: row(
    422,
    "A vulnerability database gives wrong answers to questions whose answers are known.",
    "Do not rely on it. Update it, or take the one before it; report the answers that the message names.",
  ),
  DATABASE_HELD_BACK: row(
    422,
    "A new vulnerability database gives wrong answers, or lacks answers that the one at hand gives.",
    "Nothing was changed. Try again later; take it all the same with --accept-answers.",
  ),
  DATABASE_OLDER: row(
    409,
    "The published vulnerability database is older than the one at hand.",
    "Nothing was changed. Take it all the same with --allow-older.",
  ),
  DATABASE_KEY_INVALID: row(
    400,
    "A key for the vulnerability database cannot be used.",
    "Make one with openssl genpkey -algorithm ed25519 -out key.pem; its public half with openssl pkey -in key.pem -pubout.",
  ),
  FEED_UNKNOWN: row(400, "There is no feed of this name.", "plimsoll db feeds lists them."),
  FEED_MISSING: row(
    409,
    "The vulnerability database lacks a feed that the question rests on.",
    "Run plimsoll db update kev epss, or leave the option out.",
  ),
  FEED_EXCLUDED: row(
    403,
    "The feed is left out by a setting.",
    "Take it out of PLIMSOLL_FEEDS_EXCLUDE if its licence is acceptable.",
  ),
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
    "A VEX document is not valid OpenVEX, CSAF or CycloneDX.",
    "Correct the named field; docs/guide/vex.md names the specifications.",
  ),
  VEX_NOT_FOUND: row(
    404,
    "There is no VEX statement to write.",
    "plimsoll attestation list shows what is attested; plimsoll vex doctor says which statements apply.",
  ),
  VEX_REPOSITORY_INVALID: row(
    422,
    "A VEX repository is not of the VEX repository specification 0.1, or its archive cannot be read.",
    "The message names what is wrong; what was fetched before stays in use.",
  ),
  VEX_REPOSITORY_LOCKED: row(
    409,
    "Another process is fetching the VEX repository.",
    "Wait for it to end and run the command again.",
  ),
  POLICY_UNKNOWN: row(400, "There is no policy of this name.", "plimsoll policy --list shows the policies."),
  POLICY_CONFIG_INVALID: row(
    400,
    "The policy configuration is not valid.",
    "Correct the named field; docs/reference/policies.md lists every option.",
  ),
  POLICY_BUNDLE_INVALID: row(
    400,
    "What a registry holds under the name is no bundle of policies.",
    "Name a bundle that plimsoll policy publish or docker scout policy publish made.",
  ),
  POLICY_MODULE_INVALID: row(
    400,
    "A policy module in Rego is not valid.",
    "Correct what is named; docs/guide/custom-policies.md shows a module.",
  ),
  POLICY_TEST_INVALID: row(
    400,
    "The tests of policies, or the facts in them, are not valid.",
    "Correct the named field; docs/guide/policies.md shows the shape.",
  ),
  POLICY_SET_INVALID: row(
    422,
    "What a registry holds under the name is no policy set.",
    "Name a set that plimsoll policy-set publish made; a set of a later version needs a later Plimsoll.",
  ),
  POLICY_SET_UNTRUSTED: row(
    403,
    "Nobody who is trusted signed the policy set.",
    "Name the key of its publisher with --key or PLIMSOLL_TRUSTED_KEYS; docs/guide/pre-submission.md shows how a set is signed.",
  ),
  POLICY_SET_MISSING: row(
    404,
    "The policy set cannot be fetched, and no copy of it is kept here.",
    "Run plimsoll policy-set pull REFERENCE where its registry can be reached.",
  ),
  FINDING_NOT_FOUND: row(
    404,
    "No advisory of this id names a package of the image.",
    "Check the id; plimsoll cves lists the findings of the image.",
  ),

  // the server's storage
  POSTGRES_MISSING: row(
    500,
    "No PostgreSQL programs were found for the private database.",
    "Install PostgreSQL 15 or newer, name its folder with PLIMSOLL_POSTGRES_BIN, or use a server of your own with --database-url.",
  ),
  POSTGRES_START_FAILED: row(
    500,
    "The private PostgreSQL did not start.",
    "Read the lines of its log in the message; check the folder's owner, permissions and free space.",
  ),
  POSTGRES_VERSION: row(
    409,
    "The database was made by another major version of PostgreSQL.",
    "Start with the version that made it (PLIMSOLL_POSTGRES_BIN), or use PostgreSQL 15 or newer.",
  ),
  SERVER_RUNNING: row(
    409,
    "Another server is using this data folder.",
    "Stop the other server, or choose another folder.",
  ),
  STORE_UNREACHABLE: row(
    503,
    "The database does not answer or refuses the connection.",
    "Check that PostgreSQL runs, and the host, port, user and password of the database URL.",
  ),
  STORE_FORBIDDEN: row(
    500,
    "The database's user may not do what is needed.",
    "Let a database administrator run the SQL of the message, or give the user CREATEROLE.",
  ),
  STORE_EMPTY: row(
    409,
    "No server has been started on this database.",
    "Start a server on it first: servers make the tables, workers do not.",
  ),
  STORE_NEWER: row(
    409,
    "The database was used by a newer version of this program.",
    "Start that version; migrations only go forward.",
  ),
  STORE_CHANGED: row(
    409,
    "A migration that was applied is not the one of this program.",
    "Use the program that the database belongs to; a migration is never edited once it was applied.",
  ),
  STORE_MIGRATION_FAILED: row(
    500,
    "A migration could not be applied; nothing of it was kept.",
    "Read the cause in the message; the database is as it was before the migration.",
  ),

  BACKUP_DAMAGED: row(
    400,
    "The file is no backup, was cut off, or was changed.",
    "Copy it again from where it was made, or take another one; nothing of it was used.",
  ),
  BACKUP_NEWER: row(
    409,
    "The backup was made by a newer version of this program.",
    "Restore it with the version that made it, or a later one.",
  ),
  RESTORE_NOT_EMPTY: row(
    409,
    "A backup is restored into an empty database only.",
    "Name another data folder, or make an empty database; nothing is ever written over.",
  ),
  RESTORE_FAILED: row(
    500,
    "The database did not take the backup; nothing of it was kept.",
    "Read the cause in the message, and restore into a new empty database.",
  ),

  // the server
  SERVER_ENDING: row(
    503,
    "The server is being stopped.",
    "Send requests to another one, or wait until it is back.",
  ),
  SECRET_UNREADABLE: row(
    500,
    "A stored secret cannot be read.",
    "Start with the key it was sealed with (secret.key of the data folder, or PLIMSOLL_SECRET_KEY), or enter the secret again.",
  ),
  SIGN_IN_NEEDED: row(401, "Nobody is signed in.", "Sign in, or send a token as Authorization: Bearer."),
  SIGN_IN_FAILED: row(
    401,
    "Name or password is wrong, or the account is disabled.",
    "Check both; after several failures wait a few minutes.",
  ),
  SIGN_IN_UNPROVED: row(
    401,
    "What the sign-in provider sent does not prove who you are.",
    "Sign in again; if it stays, the administrator finds the reason in the audit log of the installation.",
  ),
  SIGN_IN_EXPIRED: row(
    400,
    "The sign-in took too long, or was begun in another browser.",
    "Begin again on the sign-in page.",
  ),
  SIGN_IN_REFUSED: row(
    403,
    "The sign-in provider knows you, but you have no way in here.",
    "Ask an owner of your organisation to give one of your groups a role, or the administrator for an account.",
  ),
  SIGN_IN_PROVIDER_FAILED: row(
    502,
    "The sign-in provider does not answer as it should.",
    "Try again later; the administrator checks its address, its certificate and PLIMSOLL_CONNECT_ALLOW and DENY.",
  ),
  ID_TOKEN_REFUSED: row(
    401,
    "No trust rule of the organisation takes this token.",
    "Compare the token's issuer, audience and claims with the organisation's trust rules.",
  ),
  ID_TOKEN_MISSING: row(
    400,
    "The CI system gave no ID token.",
    "Give the job one: on GitHub permissions: id-token: write, on GitLab id_tokens: PLIMSOLL_ID_TOKEN: aud: ADDRESS-OF-THE-SERVER.",
  ),
  ID_TOKEN_USED: row(
    409,
    "This token was exchanged before, and counts once.",
    "Sign in once a job, or have the CI system make another token.",
  ),
  TOKEN_INVALID: row(
    401,
    "The token is unknown, expired or revoked.",
    "Make a new one in Settings, Tokens, or with plimsoll login.",
  ),
  CSRF_INVALID: row(
    403,
    "The request does not prove that it comes from the dashboard.",
    "Reload the page and try again.",
  ),
  FORBIDDEN: row(
    403,
    "This account or token may not do this.",
    "Ask an owner of the organisation; docs/reference/roles.md says who may do what.",
  ),
  OWN_REQUEST: row(
    403,
    "Nobody decides on their own request.",
    "Ask another person with the role security or owner.",
  ),
  NOT_FOUND: row(
    404,
    "There is nothing at this address, or not for this caller.",
    "Check the organisation and the id.",
  ),
  REQUEST_INVALID: row(
    400,
    "The request does not have the shape that was asked for.",
    "Correct the named fields; /api/v1/openapi.json describes every request.",
  ),
  REQUEST_TOO_LARGE: row(413, "The request is larger than this route takes.", "Send less."),
  CONFLICT: row(409, "It was changed in between, or exists already.", "Load it again and repeat the change."),
  REQUEST_TIMEOUT: row(
    503,
    "The request took longer than the server allows.",
    "Try again; ask for less at once.",
  ),
  HOST_UNKNOWN: row(
    421,
    "The request names a host that this server is not.",
    "Open the address that the server printed at its start, or set PLIMSOLL_PUBLIC_URL to the one in use.",
  ),
  RATE_LIMITED: row(429, "Too many requests.", "Wait as long as Retry-After says."),
  VERDICT_PENDING: row(
    409,
    "There is no verdict yet.",
    "Wait longer (--wait SECONDS), and see on the image's page that its analysis goes on.",
  ),
  SERVER_UNKNOWN: row(
    400,
    "No Plimsoll server is named.",
    "Run plimsoll login --server ADDRESS, or set PLIMSOLL_SERVER.",
  ),
  SERVER_PROTOCOL: row(
    502,
    "The server gave an answer that this program does not understand.",
    "Check that the address is a Plimsoll server, and that the versions of both are close.",
  ),
  SERVER_INSECURE: row(
    400,
    "Plain HTTP is only used for loopback addresses or when told.",
    "Use https (PLIMSOLL_PUBLIC_URL behind a proxy that ends TLS), or allow it with --allow-plain-http.",
  ),
  VERDICT_KEY_MISSING: row(
    409,
    "There is no key that verdicts of the organisation are signed with.",
    "An owner makes one: POST /api/v1/orgs/ORG/verdict-keys. Or the operator names one with PLIMSOLL_VERDICT_SIGN_KEY.",
  ),
  PORT_BUSY: row(
    409,
    "Another program listens on this address.",
    "Stop the other program, or choose another port with --listen or PLIMSOLL_LISTEN.",
  ),
  DELIVERY_FAILED: row(
    502,
    "A notification did not reach its receiver.",
    "Check the address of the webhook, and that its receiver answers with a status from 200 to 299; then use its test button.",
  ),
  SERVER_UNREACHABLE: row(
    502,
    "The Plimsoll server does not answer.",
    "Check the address (plimsoll login --server) and that the server runs.",
  ),

  // registries, repositories and what is known of images
  NOTIFICATION_INVALID: row(
    400,
    "A registry's notification could not be understood.",
    "Point the registry's notifications at the path shown in Settings, Registries, of a registry of its own kind.",
  ),
  LISTING_UNSUPPORTED: row(
    400,
    "The registry's product gives no list of its repositories.",
    "Enable repositories by their names.",
  ),
  REGISTRY_UNKNOWN: row(
    404,
    "The organisation has no registry with this host.",
    "Connect it in Settings, Registries, or correct the host.",
  ),
  REGISTRY_AMBIGUOUS: row(400, "The organisation has several registries.", "Name the registry too."),
  REPOSITORY_NOT_ENABLED: row(
    404,
    "The repository is not enabled.",
    "Enable it in Settings, Repositories, or with plimsoll repo enable.",
  ),
  REPORT_UNSUPPORTED: row(
    422,
    "The document is no scanner's report that is read here.",
    "Upload JSON of Trivy, Grype or OSV-Scanner, or SARIF or GitLab's JSON of Docker Scout.",
  ),
  PROJECT_UNKNOWN: row(
    404,
    "No such project was uploaded.",
    "Check its id or name and version, or let the upload make it (autoCreate).",
  ),
  IMAGE_UNKNOWN: row(
    404,
    "The organisation has never seen this image.",
    "Push it to an enabled repository, or have it analysed with Analyse now.",
  ),
  ANALYSIS_INTERRUPTED: row(
    500,
    "The analysis did not come to an end, however often it was tried.",
    "Read the worker's log: it may have run out of memory; then push the image again or use Analyse now.",
  ),
  IMAGE_NOT_ANALYSED: row(
    409,
    "The image is not analysed, so there is no inventory of it.",
    "Wait until its analysis has ended; if it failed, the image's page says why.",
  ),

  // signatures and attestations
  KEY_INVALID: row(
    400,
    "A key for signatures cannot be used.",
    "Give a PEM file of an ECDSA, Ed25519 or RSA key: cosign generate-key-pair makes one, and so does openssl genpkey -algorithm ed25519.",
  ),
  KEY_PASSWORD_WRONG: row(
    400,
    "The password does not open the private key.",
    "Set PLIMSOLL_KEY_PASSWORD or COSIGN_PASSWORD to the password that the key was made with.",
  ),
  TRUST_INVALID: row(
    400,
    "What is trusted to sign cannot be used.",
    "A trusted identity has a subject and an issuer, and needs a trusted_root.json of Sigstore, whose file PLIMSOLL_TRUST_ROOT names.",
  ),
  SIGNER_FAILED: row(
    500,
    "The program that signs did not give a signature.",
    "Run it by hand: it reads the bytes from standard input and writes the signature in base64 to standard output.",
  ),
  ATTESTATION_NOT_FOUND: row(
    404,
    "The image has no such attestation.",
    "plimsoll attestation list shows those it has.",
  ),
  ATTESTATION_UNVERIFIED: row(
    403,
    "No trusted signer signed the attestation of this image.",
    "Give the public key with --key, or an identity with --certificate-identity and --certificate-oidc-issuer.",
  ),
  VERDICT_NOT_KEPT: row(
    410,
    "What a verdict rested on is not kept, so it cannot be made once more.",
    "Verdicts of before this version have nothing kept, and retention removes what is old: plimsoll replay takes a newer one.",
  ),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof errorCodes;

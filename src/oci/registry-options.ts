/** How registries are spoken to, for reading and for writing. */
import type { HttpLimits } from "../io/http-limits.ts";
import type { CredentialSource } from "./credentials.ts";
import type { CertificateUse } from "./registry-certificates.ts";

export interface RegistryClientOptions {
  readonly credentials: CredentialSource;
  /** `host` or `host:port` that may be spoken to without TLS, besides loopback. */
  readonly insecureRegistries: readonly string[];
  readonly signal: AbortSignal | null;
  readonly limits?: Partial<HttpLimits>;
  /** Folders `certs.d`, first to be asked first. */
  readonly certificateFolders?: readonly string[];
  /** Default `all`. */
  readonly certificateUse?: CertificateUse;
  /** Registries that are asked before the one an image is named by, by its name: `docker.io` -> `mirror.example.com`. */
  readonly mirrors?: RegistryMirrors;
}

/** Hosts of mirrors by name of the registry, first to be asked first. */
export type RegistryMirrors = Readonly<Record<string, readonly string[]>>;

/** Which repository: registry `docker.io`, path `library/alpine`. An `ImageReference` is one. */
export interface RepositoryName {
  readonly registry: string;
  readonly path: string;
}

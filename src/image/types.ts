/**
 * Contract of a source: how a reference becomes an image whose layers can be read.
 */
import type { ImageFiles, Inspector, WantsFile } from "../domain/files.ts";
import type { Layer, Platform, ResolvedImage, SourceKind } from "../domain/image.ts";
import type { Problem } from "../domain/problem.ts";

/** The bytes of one layer, and the digest that proves them. */
export interface LayerBlob {
  readonly layer: Layer;
  /**
   * `file`: a range of a local file, which may be read by seeking or streamed; `stream`: from the network, read once.
   * `sizeBytes` in `file` is the length of the range; a `descriptor` is open already, and takes the place of the path.
   */
  readonly content:
    | {
        readonly kind: "file";
        readonly path: string;
        readonly descriptor?: number;
        readonly offset: number;
        readonly sizeBytes: number;
      }
    | {
        readonly kind: "stream";
        /** Each piece is valid until the next is asked for. */
        open(): Promise<AsyncIterable<Uint8Array>>;
        /** Of the bytes as they came, by the algorithm of `proof`: asked at the end of a stream that is hashed by who opens it. */
        digest?(): string | null;
      };
  /** `blob`: sha256 of the bytes as stored must equal `digest`; `content`: of the uncompressed tar (docker archive). */
  readonly proof: { readonly of: "blob" | "content"; readonly digest: string };
}

export interface ResolveOptions {
  /** Platform to choose from an index; null: the host's (`linux/amd64` on a host that is not Linux). */
  readonly platform: Platform | null;
  /** Which of several images of an archive or layout; null: the only one. */
  readonly ref: string | null;
  /** Registry hosts (`host:port`) that may be spoken to without TLS, besides loopback. */
  readonly insecureRegistries: readonly string[];
  readonly signal: AbortSignal | null;
  /** Signatures over the image are looked for too, and what cosign keeps under tags: a few requests more. Absent: they are not. */
  readonly findsSignatures?: boolean;
  /** With it: attestations are handed out with their bytes as stored, signed or not. Absent: signed ones alone. */
  readonly keepsStatements?: boolean;
  /** Repository of referrers that lie elsewhere: `registry.example.com/attestations`; absent or null: none do. */
  readonly referrerRepository?: string | null;
  /** How registries are signed in to; absent: anonymously. */
  readonly registry?: RegistryAccess;
  /** How engines and stores of this machine are found; absent: they are not asked. */
  readonly local?: LocalAccess;
  /** Standard input, for `sbom://-`; absent: there is none. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** What tells where local engines and image stores are: DOCKER_HOST, CONTAINER_HOST, CONTAINERD_ADDRESS, contexts of Docker. */
export interface LocalAccess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's folder. */
  readonly home: string;
  /** Folder of the cache, where what engines told is kept; absent or null: nowhere. */
  readonly cacheFolder?: string | null;
}

/** Sign-ins, as configuration and environment give them. */
export interface RegistryAccess {
  /** Docker's and Podman's files of sign-ins, first to be asked first; `credentialFiles()` of `oci` lists the usual ones. */
  readonly credentialFiles: readonly string[];
  /** Given in settings (PLIMSOLL_REGISTRY_USER, …). They are sent to one registry only. */
  readonly explicit: {
    /** That registry, e.g. `quay.io`; null: the one the image is named by. */
    readonly registry: string | null;
    readonly user: string | null;
    readonly password: string | null;
    /** Sent as bearer token; wins over user and password. */
    readonly token: string | null;
  } | null;
  /** Folders `certs.d` with certificates of registries; `certificateFolders()` of `oci` lists the usual ones. */
  readonly certificateFolders?: readonly string[];
  /** What of them is used. Default `all`: the client's certificates too. */
  readonly certificateUse?: "all" | "authorities";
  /** Hosts that are asked before a registry, by its name. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Environment of credential helpers: they need PATH and HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A resolved image that can be read. `files` of a folder walks it; layers of an image are unpacked by `unpack.ts`. */
export interface OpenedImage {
  readonly image: ResolvedImage;
  /** Layers from the bottom; empty for folders and SBOM documents. */
  readonly blobs: readonly LayerBlob[];
  /** Platforms of the index the image was chosen from; empty when there was no index. */
  readonly platforms: readonly Platform[];
  /** For `fs`: reads the wanted files of the folder. Null for layered images. */
  readonly readFolder: ((wants: WantsFile, inspectors?: readonly Inspector[]) => Promise<ImageFiles>) | null;
  /** For `fs`: what `readFolder` reads, for a process that reads it instead. Absent or null otherwise. */
  readonly folder?: FolderPlace | null;
  /** For `sbom`: the document's bytes. Null otherwise. */
  readonly document: Uint8Array | null;
  /** For `fs`: whether the folder is a root file system (has an os-release or package database). */
  readonly isRootFileSystem: boolean;
  readonly problems: readonly Problem[];
  close(): Promise<void>;
}

/** A folder, or a file as if it stood alone in one. */
export interface FolderPlace {
  /** Absolute. */
  readonly path: string;
  readonly isFile: boolean;
  readonly isRootFileSystem: boolean;
}

export interface Source {
  /** Folder name: `registry`, `oci-dir`, `archive`, `engine`, `containerd`, `rootfs`, `sbom`. */
  readonly id: string;
  readonly title: string;
  /** Prefixes it serves: `["fs"]` for `fs://`. */
  readonly schemes: readonly string[];
  readonly kind: SourceKind;
  readonly specs: readonly string[];
  readonly version: number;
  /** `location` is the reference without its prefix. @throws PlimsollError of the areas oci and image */
  open(location: string, options: ResolveOptions): Promise<OpenedImage>;
  /** When its `find` is asked, the lowest first; absent: after all others. */
  readonly turn?: number;
  /** Sources that are asked before a registry for images without a prefix: null where this one does not have it. */
  find?(location: string, options: ResolveOptions): Promise<OpenedImage | null>;
  /** The reference, with its prefix, of the image that was built or pulled last; null when there is none. @throws as `open` */
  findNewest?(options: ResolveOptions): Promise<string | null>;
}

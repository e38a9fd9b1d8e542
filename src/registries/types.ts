/**
 * Contract of a registry product: what differs between them besides the distribution API, which they all speak. That is how a registry
 * tells that something was pushed, how it shows that it was the one to tell, and how it lists its repositories. Plug-ins are pure:
 * whoever calls them speaks to the network.
 */

export interface RegistryKind {
  /** Folder name and stored id: `distribution`. */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  /** Raised when the same notification is read as something else. */
  readonly version: number;
  /** `tried`: its notifications and lists are tested with the product itself; `documented`: with the examples of its documentation. */
  readonly status: "tried" | "documented";
  /** What to set at the product so that it tells of pushes: a sentence or two of Markdown for docs and command line. */
  readonly setup: string;
  readonly proof: NotificationProof;
  /** Content types of a notification, lower case and without parameters. */
  readonly notificationMediaTypes: readonly string[];
  readonly listing: RepositoryListing;
  /** Whether `spaces` stand first in the paths of references, where nobody says: `docker-local/acme/my-app`. Null: no such choice. */
  readonly spaceInPath: boolean | null;
  /**
   * Reads the parsed JSON of one notification. Nobody is asked what the pushed digest is.
   * @throws PlimsollError NOTIFICATION_INVALID when it is none of this product's
   */
  readNotification(body: unknown, context: NotificationContext): NotificationReading;
}

/**
 * How a notification shows who sent it. Each product may also send a token of the organisation, where it lets people set the header
 * `Authorization` (`token`: all that it has). `signature`: an HMAC of the body's bytes, in hexadecimal behind `prefix`. `address`: the
 * product is told nothing but an address, so a key stands in it.
 */
export type NotificationProof =
  | { readonly kind: "token" }
  | {
      readonly kind: "signature";
      /** Lower case. */
      readonly header: string;
      readonly algorithm: "sha1" | "sha256";
      readonly prefix: string;
      /** The product signs its JSON without white space, whatever it sends. */
      readonly signsCompact: boolean;
    }
  | { readonly kind: "address" };

export interface NotificationContext {
  /** Value of a header, or null. `name` in lower case. */
  header(name: string): string | null;
  readonly settings: ProductSettings;
}

/** What the organisation says of its registry besides host and sign-in. */
export interface ProductSettings {
  /** Address of the product's own API, without a slash at the end: `https://harbor.example.com`; null: the registry's host. */
  readonly apiUrl: string | null;
  /**
   * Parts of the product that are looked into: repositories of Artifactory and Nexus, name spaces of Docker Hub and Quay, owners at
   * GitHub, groups of GitLab. Empty: all where the product lists all.
   */
  readonly spaces: readonly string[];
  /** Whether a space stands first in the paths of references; null: as `RegistryKind.spaceInPath` says. */
  readonly spaceInPath: boolean | null;
}

export interface NotificationReading {
  /** In the order of the notification. */
  readonly pushes: readonly ImagePush[];
  /** Happenings that are no push of an image: pulls, deletions, single layers, signatures. */
  readonly ignored: number;
  /**
   * Pushes that could not be understood, a sentence each without control characters. They do not fail the notification: a registry
   * repeats a refused one for ever, and nothing behind it would arrive.
   */
  readonly problems: readonly string[];
  /** What a service that first asks whether it may send here wants to hear; absent: it did not ask. */
  readonly validationResponse?: string;
}

/** A manifest or an index was put into a repository. All of it is the word of whoever sent the notification. */
export interface ImagePush {
  /** The same for a notification that is delivered again, another for every push: at most 100 characters. */
  readonly id: string;
  /** Host as the registry knows itself, for people only: nobody connects to it. Null: it does not say. */
  readonly host: string | null;
  /** Path in the registry: `acme/my-app`. */
  readonly repository: string;
  /** Null: pushed by digest, and then there is one. */
  readonly tag: string | null;
  /** `sha256:…`; null: the product tells the tag alone, and a worker asks the registry what it names. */
  readonly digest: string | null;
  /** An index lists images of several platforms; which ones is known once it was fetched. True also where it was not told. */
  readonly isIndex: boolean;
  /** Who pushed, as the registry knows them, without control characters; null: unknown. */
  readonly actor: string | null;
  /** Null: it was not told, and counts as now; then each delivery is a push of its own. */
  readonly at: Date | null;
}

/** `catalog`: the distribution API's own list; `none`: names are given by hand, for a reason that people read. */
export type RepositoryListing =
  | { readonly kind: "catalog" }
  | { readonly kind: "none"; readonly reason: string }
  | {
      readonly kind: "api";
      readonly spec: string;
      /** Paths in the registry, in any order, at most `NAMES_MAX`. @throws what `ask` throws; PlimsollError REGISTRY_PROTOCOL */
      list(ask: AskApi, place: ListingPlace): Promise<readonly string[]>;
    };

export interface ListingPlace {
  /** Of the registry, as in references. */
  readonly host: string;
  readonly settings: ProductSettings;
  readonly signIn: { readonly username: string | null; readonly password: string } | null;
}

/** Asks the product's API. Redirects are not followed; status 404 is an answer, all others but 2xx are thrown by whoever asks. */
export type AskApi = (request: ApiRequest) => Promise<ApiAnswer>;

export interface ApiRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  /** Lower case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
  /** Value of the header `Link`, or null. */
  readonly link: string | null;
}

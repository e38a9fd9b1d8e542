/**
 * Contract of a registry product: what differs between them besides the distribution API, which they all speak. So far that is how
 * a registry tells that something was pushed.
 */

export interface RegistryKind {
  /** Folder name and stored id: `distribution`. */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  /** Raised when the same notification is read as something else. */
  readonly version: number;
  /** Content types of a notification, lower case and without parameters. */
  readonly notificationMediaTypes: readonly string[];
  /**
   * Reads the parsed JSON of one notification. Pure: nobody is asked what the pushed digest is.
   * @throws PlimsollError NOTIFICATION_INVALID when it is none of this product's
   */
  readNotification(body: unknown): NotificationReading;
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
}

/** A manifest or an index was put into a repository. All of it is the word of whoever sent the notification. */
export interface ImagePush {
  /** The same for a notification that is delivered again, another for every push: at most 100 characters. */
  readonly id: string;
  /** Host as the registry knows itself, for people only: nobody connects to it. Null: it does not say. */
  readonly host: string | null;
  /** Path in the registry: `acme/my-app`. */
  readonly repository: string;
  /** Null: pushed by digest. */
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string;
  /** An index lists images of several platforms; which ones is known once it was fetched. */
  readonly isIndex: boolean;
  /** Who pushed, as the registry knows them, without control characters; null: unknown. */
  readonly actor: string | null;
  readonly at: Date;
}

/**
 * Results of hygiene checks: how an image was built and what was left in it, apart from its packages.
 */
import type { Severity } from "./advisory.ts";
import type { FileFact, ImageFiles, InspectedFile, WantedFile } from "./files.ts";
import type { ResolvedImage } from "./image.ts";
import type { Problem } from "./problem.ts";
import type { SecretsResult } from "./secret.ts";

export interface HygieneCheckFacts {
  /** `CIS-DI-0001` and `DKL-…` mean the same as in dockle; `PLM-…` are our own. Stored, so never renamed. */
  readonly id: string;
  /** What is so when the check is passed: `Runs as a user other than root`. */
  readonly title: string;
  readonly severity: Severity;
  /** Addresses of who asks for it. */
  readonly references: readonly string[];
  /** What to do, as an instruction. */
  readonly fix: string;
}

export interface HygieneFinding {
  /** One sentence for people; text of the image inside is not escaped. */
  readonly message: string;
  /** Path in the image, where it is about a file. */
  readonly path: string | null;
  /** Position of the layer from the bottom, where it is about one. */
  readonly layerIndex: number | null;
  /** 1-based line of a Dockerfile; null for images. */
  readonly line: number | null;
}

export interface HygieneResult {
  readonly check: HygieneCheckFacts;
  /** `not_checked` is no answer: what the check needs is not there. */
  readonly status: "passed" | "failed" | "not_checked";
  /** Why it was not checked; null when it was. */
  readonly reason: string | null;
  /** The first ones; empty unless failed. */
  readonly findings: readonly HygieneFinding[];
  /** All of them, listed or not. */
  readonly findingCount: number;
}

/** What a virus scanner said of an image. */
export interface VirusScan {
  readonly hits: readonly {
    readonly signature: string;
    /** Null where it is only known which layer. */
    readonly path: string | null;
    readonly layerIndex: number | null;
  }[];
  /** What it did not look into, and why; not empty: no hits do not mean that there is nothing. */
  readonly leftOut: readonly string[];
}

/** What a vulnerability database says of the packages of an image that are attacks by themselves. */
export interface MaliciousPackages {
  readonly hits: readonly {
    /** Package URL. */
    readonly purl: string;
    /** `MAL-2024-1`, or an alias of it. */
    readonly vulnerability: string;
    readonly path: string | null;
    readonly layerIndex: number | null;
  }[];
  /** What the database could say nothing about, for people; not empty: no hits do not mean that there is nothing. */
  readonly leftOut: readonly string[];
}

/** Bytes of a layer that nobody can see any more: a later layer deleted or replaced them. */
export interface LayerWaste {
  readonly layerIndex: number;
  readonly bytes: number;
  readonly fileCount: number;
}

/** What is in the layers and not in the merged tree. */
export interface BuriedFiles {
  /** What inspectors found in such files, by layer and path. */
  readonly inspected: readonly {
    readonly file: InspectedFile;
    readonly removedIn: { readonly layer: string; readonly layerIndex: number };
  }[];
  /** Of every layer that has any, from the bottom. */
  readonly waste: readonly LayerWaste[];
}

/** Paths of the merged tree by what makes them worth a look. Each list is sorted by path. */
export interface FileSurvey {
  /** Regular files with setuid or setgid. */
  readonly privileged: readonly FileFact[];
  readonly worldWritableFiles: readonly FileFact[];
  /** Folders that everybody may write, and whose files everybody may delete. */
  readonly worldWritableFolders: readonly FileFact[];
  /** Files in caches of package managers. */
  readonly caches: readonly FileFact[];
  readonly executablesInTemporary: readonly FileFact[];
  /** Private keys, credentials and build files, by their names. */
  readonly sensitive: readonly FileFact[];
  /** Programs by base name, of those that checks ask for, in folders of programs. */
  readonly programs: ReadonlyMap<string, FileFact>;
}

/** All that checks need of an image's files, as plain JSON: it may have been read by another process. */
export interface ExaminedFiles {
  /** As in `ImageFiles`. */
  readonly inspected: readonly InspectedFile[];
  /** Null where layers cannot be told apart. */
  readonly buried: BuriedFiles | null;
  /** Null where the source has no tree. */
  readonly survey: (Omit<FileSurvey, "programs"> & { readonly programs: readonly FileFact[] }) | null;
  /** The files of accounts, in base64. */
  readonly accounts: readonly (Omit<WantedFile, "bytes" | "earlier"> & { readonly base64: string })[];
  /** What was too large to be searched for secrets, for people. */
  readonly tooLarge: readonly string[];
  readonly problems: readonly Problem[];
  readonly verification: ImageFiles["verification"];
}

/** A control of a standard, with the results of the checks that look at it. */
export interface ControlResult {
  /** `4.1`, `3.1.2`, `V-235830` */
  readonly id: string;
  readonly title: string;
  /** `not_checked`: no check looks at it, or none had what it needs. */
  readonly status: HygieneResult["status"];
  /** Why it was not checked; null when it was. */
  readonly reason: string | null;
  /** Ids of its checks. */
  readonly checks: readonly string[];
}

export interface StandardResult {
  readonly id: string;
  /** `CIS Docker Benchmark 1.6.0, section 4` */
  readonly title: string;
  readonly url: string;
  readonly controls: readonly ControlResult[];
}

/** What looking at an image beyond its packages says. */
export interface Examination {
  /** Its configuration holds no secret any more. */
  readonly image: ResolvedImage;
  readonly secrets: SecretsResult;
  /** In the order of their ids. */
  readonly hygiene: readonly HygieneResult[];
  readonly problems: readonly Problem[];
  /** `incomplete` when any problem may hide findings, or something was not searched. */
  readonly completeness: "complete" | "incomplete";
  /** As in `ImageFiles`. */
  readonly verification: "verified" | "unverified" | "not_applicable";
  /** As in `Analysis`. */
  readonly sandbox: "full" | "partial" | null;
}

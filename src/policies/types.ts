/**
 * Contract of a policy type: the code of a rule. A policy is a configured instance of it.
 */
import type { z } from "zod";
import type { FactName, ImageFacts, PolicyOutcome } from "../domain/policy.ts";
import type { PolicyEffect } from "../domain/verdict-history.ts";

export interface PolicyType<Options = unknown> {
  /** Folder name and stored id: `severity`, `non-root`, … */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly specs: readonly string[];
  /** Raised when a result for the same facts changes. */
  readonly version: number;
  /** Facts it cannot do without; the driver answers `no_data` with the reason when one is missing. */
  readonly needs: readonly FactName[];
  /** Options with defaults; strict. Forms, help and docs are made from it. */
  readonly options: z.ZodType<Options>;
  /**
   * Whether an instance with these options can be met only where the files of system packages were compared with the digests
   * in their database, which reads the image twice. Absent: never.
   */
  comparesFiles?(options: Options): boolean;
  /** What of the image has to be searched besides its packages, which reads every byte of it. Absent: nothing. */
  readonly examines?: "secrets" | "all";
  /** A quality gate is asked about the image's commit. Absent: no. */
  readonly asksQualityGate?: true;
  /** Attestations of the base image are asked for, from its registry. Absent: no. */
  readonly asksBaseAttestations?: true;
  /** What an instance with these options asks for beyond `examines` and its neighbours. Absent: nothing. */
  asks?(options: Options): Partial<OutsideNeeds>;
  /**
   * Its instances are code that somebody wrote: they are judged apart, where they can be ended, and `evaluate` is not called.
   * What they answered is handed to the driver.
   */
  readonly judgedApart?: true;
  /** An instance is nothing without its `program`, so no form can make one. */
  readonly needsProgram?: true;
  /** Pure. `debug` collects lines for people who ask why. */
  evaluate(facts: ImageFacts, options: Options, debug: (line: string) => void): PolicyOutcome;
}

/** What policies ask for that an analysis does not do by itself. */
export interface OutsideNeeds {
  /** Null: the image is not searched. */
  readonly examines: "secrets" | "all" | null;
  readonly qualityGate: boolean;
  readonly baseAttestations: boolean;
  /** Lists of supported tags are read for the base image. */
  readonly baseSupport: boolean;
  /** Which layers are the base image's is asked of its registry, where nothing else tells. */
  readonly baseLayers: boolean;
}

/** A module that somebody wrote, made ready to run. */
export interface PolicyProgram {
  /** File or address it was read from. */
  readonly origin: string;
  /** WebAssembly with the entry point `docker/scout`; null: it could not be compiled here, and `reason` says why. */
  readonly wasm: Uint8Array | null;
  readonly reason: string | null;
  /** Keys of a violation's `detail`, in their order as columns. */
  readonly columns: readonly string[];
  /** The module as it was written: whom it names it may ask. */
  readonly text: string;
}

/** A policy: an instance of a type with its stable id, options and weight. */
export interface PolicyDefinition {
  /** `fixable-vulnerabilities` */
  readonly id: string;
  /** `No fixable critical or high vulnerabilities` */
  readonly title: string;
  /** Id of the policy type. */
  readonly type: string;
  /** Points; 0: evaluated but not scored. */
  readonly weight: number;
  readonly enabled: boolean;
  /** Input of the type's option schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Why it is there, for people. Absent: the type's own words are enough. */
  readonly description?: string;
  /** What it does when it is not met; absent: it blocks. */
  readonly effect?: PolicyEffect;
  /** Of a type that needs one. */
  readonly program?: PolicyProgram;
}

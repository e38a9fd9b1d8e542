/**
 * A policy set: the rules of a gate that stands elsewhere, published by whoever keeps it, so that an image can be held against them
 * before it is handed in.
 */
import type { Exception } from "./exception.ts";
import type { Signer, TrustedSigners } from "./signature.ts";

/** States of an image that a gate may stop for, besides policies that are not met. */
export const gateStates = ["no-data", "incomplete", "stale", "undetermined"] as const;
export type GateState = (typeof gateStates)[number];

/** What a set says beside its policies. */
export interface PolicySet {
  readonly name: string;
  /** As its publisher counts: `2026.11.2`. */
  readonly version: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Days after which its publisher will have made another one, so that nobody relies on it any more. */
  readonly maxAgeDays: number;
  /** What stops the gate besides policies that are not met. */
  readonly failOn: readonly GateState[];
  /** Hours after which the gate takes a vulnerability database for stale; null: the settings tell. */
  readonly databaseMaxAgeHours: number | null;
  /** That the gate has approved. */
  readonly exceptions: readonly Exception[];
  /** Whose signatures over images the gate believes; null: the settings tell. */
  readonly trust: TrustedSigners | null;
}

/** A set as it was taken. */
export interface TakenPolicySet {
  readonly set: PolicySet;
  /** As it was named, in full: `registry.example.com/policies/hardened:1`. */
  readonly reference: string;
  /** `sha256:…` of its manifest. */
  readonly digest: string;
  /** RFC 3339: when its registry last said that this is the set. */
  readonly fetchedAt: string;
  /** Why its registry did not say so now; null: it did. */
  readonly keptReason: string | null;
  /** Null: nobody who is trusted signed it, and `signerReason` tells why. */
  readonly signer: Signer | null;
  readonly signerReason: string | null;
}

/** Whole days from when the set was made; never negative. */
export function policySetAgeDays({ createdAt }: Pick<PolicySet, "createdAt">, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / DAY_MS));
}

/** Past its time: another one is there by now, and nobody knows what it says. */
export function isPolicySetOld(set: Pick<PolicySet, "createdAt" | "maxAgeDays">, now: Date): boolean {
  return now.getTime() - Date.parse(set.createdAt) > set.maxAgeDays * DAY_MS;
}

const DAY_MS = 86_400_000;

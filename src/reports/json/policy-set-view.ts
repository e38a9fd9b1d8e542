/** JSON of a policy set; shape `policySetView` in `src/api`. */
import { isPolicySetOld, policySetAgeDays, type TakenPolicySet } from "../../domain/policy-set.ts";

/** `now`: when its age is looked at. */
export function toPolicySetView(taken: TakenPolicySet, now: Date) {
  const { set, reference, digest, fetchedAt, keptReason, signer, signerReason } = taken;
  const { name, version, createdAt, maxAgeDays, failOn, exceptions } = set;
  return {
    name,
    version,
    reference,
    digest,
    createdAt,
    ageDays: policySetAgeDays(set, now),
    maxAgeDays,
    tooOld: isPolicySetOld(set, now),
    fetchedAt,
    keptReason,
    signer: signer === null ? null : { ...signer },
    signerReason,
    failOn: [...failOn],
    exceptionCount: exceptions.length,
  };
}

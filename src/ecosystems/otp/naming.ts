/** How Erlang/OTP applications are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const otpNaming: EcosystemNaming = {
  id: "otp",
  version: 1,
  scheme: "semver",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "hex", name, version, by: "package" }];
}

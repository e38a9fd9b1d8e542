/**
 * Policy type `non-root`: the image does not run as root unless told to.
 * The user part of `USER` decides (`1000:0` is no root, `0:1000` is). Container runtimes read a number with a sign and
 * leading zeros, so `00` and `+0` are root too. Another name for uid 0 in the image's passwd file is not seen.
 */
import { z } from "zod";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({});
type Options = z.output<typeof options>;

export const nonRoot: PolicyType<Options> = Object.freeze({
  id: "non-root",
  title: "Default non-root user",
  description: "The image names a user other than root.",
  specs: ["https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties"],
  version: 1,
  needs: ["config"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, _options: Options, debug: (line: string) => void): PolicyOutcome {
  const user = facts.config?.user ?? "";
  const kind = rootKind(user);
  debug(`USER is ${JSON.stringify(printable(user))}: ${kind ?? "not root"}`);
  if (kind === null) return { status: "met" };
  const message =
    kind === "implicit"
      ? "Runs as root: no USER is set (implicit)"
      : `Runs as root: USER is "${printable(user)}" (explicit)`;
  return notMet([
    deviation({
      message,
      columns: { User: user, Root: kind },
      remediation: "Add a USER instruction with a user other than root to the last stage of the Dockerfile.",
    }),
  ]);
}

/** `implicit`: no user part, so the runtime takes root; `explicit`: root by name or number; null: another user. */
function rootKind(user: string): "implicit" | "explicit" | null {
  const name = (user.split(":", 1)[0] ?? "").trim();
  if (name === "") return "implicit";
  return name === "root" || /^[+-]?0+$/.test(name) ? "explicit" : null;
}

/** What the sign-in page says when a provider's answer let nobody in. The code stands in the address, which anybody may write. */
import { ApiProblem } from "../../api/problem.ts";

/** Null for a code that is not one of these: nothing of the address is shown as it is. */
export function problemOf(code: string | undefined): ApiProblem | null {
  const words = code === undefined || !Object.hasOwn(known, code) ? undefined : known[code];
  if (code === undefined || words === undefined) return null;
  const [title, advice] = words;
  return new ApiProblem({ code, title, detail: "", advice, status: 0, fields: {} });
}

const known: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  SIGN_IN_UNPROVED: [
    "What the provider sent does not prove who you are.",
    "Sign in again; if it stays, the administrator finds the reason in the audit log.",
  ],
  SIGN_IN_EXPIRED: ["The sign-in took too long, or was begun in another browser.", "Begin again."],
  SIGN_IN_REFUSED: [
    "The provider knows you, but you have no way in here.",
    "Ask an owner of your organisation to give one of your groups a role, or the administrator for an account.",
  ],
  SIGN_IN_PROVIDER_FAILED: ["The provider does not answer as it should.", "Try again later."],
  RATE_LIMITED: ["Too many sign-ins have failed.", "Wait a few minutes."],
  NOT_FOUND: ["There is no such way to sign in any more.", "Choose another one."],
};

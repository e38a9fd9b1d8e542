/** What the dialog for an exception holds, and the request it becomes. */
import type { ExceptionRequest } from "../../../../src/api/rest/exceptions.ts";

export type Kind = ExceptionRequest["kind"];
export type Justification = Extract<ExceptionRequest, { kind: "false_positive" }>["justification"];
/** Where it shall hold. */
export type Where = "image" | "repository" | "everywhere";

export interface ExceptionDraft {
  readonly kind: Kind;
  readonly justification: Justification | "";
  readonly reason: string;
  /** `2026-12-31`, or empty. */
  readonly expires: string;
  readonly where: Where;
}

export interface ExceptionSubject {
  readonly vulnerability: string;
  readonly purl: string;
  readonly digest: string;
  /** Null: the image stands in no repository. */
  readonly repository: string | null;
}

/** What is wrong by field; empty: it can be sent. `today` e.g. `2026-11-22`. */
export function checkDraft(draft: ExceptionDraft, today: string): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  if (draft.reason.trim() === "") errors["reason"] = "Say why.";
  if (draft.kind === "false_positive" && draft.justification === "") errors["justification"] = "Choose one.";
  if (draft.kind === "accepted_risk" && draft.expires === "")
    errors["expires"] = "A risk is accepted until a date.";
  if (draft.expires !== "" && draft.expires <= today) errors["expires"] = "The date must be in the future.";
  return errors;
}

/** The date means the end of that day, UTC. Of a draft that `checkDraft` finds nothing wrong with. */
export function exceptionRequestOf(draft: ExceptionDraft, subject: ExceptionSubject): ExceptionRequest {
  const shared = {
    vulnerability: subject.vulnerability,
    reason: draft.reason.trim(),
    scope: {
      repository: draft.where === "repository" ? subject.repository : null,
      digest: draft.where === "image" ? subject.digest : null,
      purl: subject.purl,
    },
  };
  const expiresAt = draft.expires === "" ? null : `${draft.expires}T23:59:59Z`;
  if (draft.kind === "accepted_risk") return { kind: "accepted_risk", expiresAt: expiresAt ?? "", ...shared };
  return {
    kind: "false_positive",
    justification: draft.justification === "" ? "component_not_present" : draft.justification,
    expiresAt,
    ...shared,
  };
}

/**
 * All rules of the secret search, and the searches for their keywords.
 */
import { createKeywordSearch, type KeywordSearch } from "../domain/keyword-search.ts";
import { cloudRules } from "./rules/clouds.ts";
import { keyRules } from "./rules/keys.ts";
import { passwordRules } from "./rules/passwords.ts";
import { serviceRules } from "./rules/services.ts";
import { sourceControlRules } from "./rules/source-control.ts";
import type { SecretRule } from "./types.ts";

/** Every rule; of two that match the same text, the earlier one counts. */
export const secretRules: readonly SecretRule[] = [
  ...cloudRules,
  ...sourceControlRules,
  ...serviceRules,
  ...keyRules,
  ...passwordRules,
];

/** Raised with every change of a rule or of the search: results of layers are stored under it. */
export const rulesVersion = 2;

/** Rules that apply to files of any path, found by their keywords. */
export const keywordRules: readonly SecretRule[] = secretRules.filter(({ paths }) => paths === undefined);

/** Rules that apply to files of certain paths only, each searched whole. */
export const pathRules: readonly SecretRule[] = secretRules.filter(({ paths }) => paths !== undefined);

export interface RuleSearch {
  readonly search: KeywordSearch;
  /** The rules of each keyword of the search, by its index. */
  readonly rules: readonly (readonly SecretRule[])[];
}

let made: RuleSearch | null = null;

/** Made when first asked for: most commands search for no secret. */
export function ruleSearch(): RuleSearch {
  made ??= makeRuleSearch();
  return made;
}

function makeRuleSearch(): RuleSearch {
  const byKeyword = new Map<string, SecretRule[]>();
  for (const rule of keywordRules) {
    for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
  }
  return { search: createKeywordSearch([...byKeyword.keys()]), rules: [...byKeyword.values()] };
}

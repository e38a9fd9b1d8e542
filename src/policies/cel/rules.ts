/** Rules made ready to run: CEL expressions over the facts. */
import { compile, type CelProgram } from "./program.ts";

export interface CompiledRule {
  readonly text: string;
  readonly program: CelProgram;
}

/** Types that a rule can be judged by, and those that can only be told when it runs. */
const JUDGED = /^(?:bool|dyn|list.*)$/;

/** @throws Error that names the rule and what is wrong with it */
export function compileRules(rules: readonly string[]): readonly CompiledRule[] {
  return rules.map((text, index) => {
    const program = compileOne(text, `rules[${index}]`);
    if (JUDGED.test(program.type)) return { text, program };
    throw new Error(`rules[${index}]: gives a ${program.type}, and a bool or a list is needed`);
  });
}

function compileOne(text: string, path: string): CelProgram {
  try {
    return compile(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * A CEL expression made ready to run: parsed within limits, its fields compared with the facts' shape, and its regular expressions
 * put on an engine that takes linear time. The library's own `matches` is JavaScript's, which one short pattern can stop for hours.
 */
import { Environment, type ASTNode, type ParseResult } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { estimateSteps, loopDepth } from "./cost.ts";
import { checkFields } from "./field-check.ts";
import { variableShapes } from "./fact-shapes.ts";
import { nodesOf } from "./nodes.ts";

export interface CelProgram {
  /** Facts that it reads, sorted. */
  readonly facts: readonly string[];
  /** `bool`, `list`, `string`, `dyn`, … as far as can be told without the facts. */
  readonly type: string;
  /** What it may cost at most, given how many elements each fact has; `other`: elements of any other list. */
  steps(sizes: ReadonlyMap<string, number>, other: number): number;
  run(variables: Readonly<Record<string, unknown>>): unknown;
}

const NODES_MAX = 2_000;
const DEPTH_MAX = 60;
/** Loops within loops: the cost of a third is a cube. */
const LOOPS_MAX = 2;
const PATTERN_LENGTH_MAX = 1_000;

const MATCHES = "matchesLinear";

/**
 * @throws Error for people, in one line and without a place, when the text is no expression, is too large, or names a field that the
 * facts do not have
 */
export function compile(text: string): CelProgram {
  const environment = makeEnvironment();
  const written = parse(environment, text);
  const checked = written.check();
  if (!checked.valid) throw new Error(summaryOf(checked.error));
  const depth = loopDepth(written.ast);
  if (depth > LOOPS_MAX) throw new Error(`loops are nested ${depth} deep; at most ${LOOPS_MAX} are allowed`);
  const unknown = checkFields(written.ast, variableShapes);
  if (unknown !== null) throw new Error(unknown);

  const program = parse(environment, withLinearMatches(text, written.ast));
  if (callsOf(program.ast, "matches").length > 0) throw new Error("matches() is not understood here");
  return {
    facts: [...factNames(program.ast)].sort(),
    type: checked.type ?? "dyn",
    steps: (sizes, other) => estimateSteps(program.ast, sizes, other),
    run: (values) => program(values) as unknown,
  };
}

function parse(environment: Environment, text: string): ParseResult {
  try {
    return environment.parse(text);
  } catch (error) {
    throw new Error(summaryOf(error), { cause: error });
  }
}

/** The library draws the place below the message; reports have one line. */
function summaryOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? "";
}

function makeEnvironment(): Environment {
  const environment = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: NODES_MAX, maxDepth: DEPTH_MAX },
  });
  for (const name of variableShapes.keys()) {
    environment.registerVariable(name, name === "now" ? "google.protobuf.Timestamp" : "dyn");
  }
  environment.registerFunction(`string.${MATCHES}(string): bool`, matchesLinear);
  return environment;
}

const patterns = new Map<string, RE2JS>();
const PATTERNS_KEPT = 1_000;

/** CEL's `matches` finds the pattern anywhere in the text, by the rules of RE2. */
function matchesLinear(text: string, pattern: string): boolean {
  if (pattern.length > PATTERN_LENGTH_MAX)
    throw new Error(`a pattern has more than ${PATTERN_LENGTH_MAX} characters`);
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = RE2JS.compile(pattern);
    if (patterns.size >= PATTERNS_KEPT) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.matcher(text).find();
}

/** The same text with every call of `matches` renamed. The last first, so that places stay true. */
function withLinearMatches(text: string, ast: ASTNode): string {
  const places = callsOf(ast, "matches").map((node) => {
    const receiver = (node.args as readonly unknown[])[1] as ASTNode;
    const call = /\.\s*matches\s*\(/g;
    call.lastIndex = receiver.range.end;
    const found = call.exec(text);
    if (found === null) throw new Error("matches() is not understood here");
    return found.index + found[0].indexOf("matches");
  });
  return places
    .sort((left, right) => right - left)
    .reduce((rest, at) => rest.slice(0, at) + MATCHES + rest.slice(at + "matches".length), text);
}

function callsOf(ast: ASTNode, name: string): ASTNode[] {
  return [...nodesOf(ast)].filter(
    (node) => (node.op === "rcall" || node.op === "call") && node.args[0] === name,
  );
}

function* factNames(ast: ASTNode): Generator<string> {
  for (const node of nodesOf(ast)) if (node.op === "id" && variableShapes.has(node.args)) yield node.args;
}

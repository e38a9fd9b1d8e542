/** The package ships no types; only whether it accepts a text is used. */
declare module "spdx-expression-parse" {
  /** @throws Error when the text is no SPDX expression */
  function parse(expression: string): unknown;
  export = parse;
}

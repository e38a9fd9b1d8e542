/**
 * Names of the Nix store: `<hash>-<name>-<version>[-<output>]`, taken apart as `builtins.parseDrvName` does it
 * (https://nix.dev/manual/nix/stable/language/builtins.html).
 */

export interface StoreName {
  /** 32 characters of Nix's base 32. */
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  /** `bin`, `lib`, `dev`; null: the main one. */
  readonly output: string | null;
}

/** Null for what is no package: no store path, no version (scripts, configurations, hooks), sources and patches. */
export function readStoreName(entry: string): StoreName | null {
  const [, hash = "", full = ""] = ENTRY.exec(entry) ?? [];
  if (hash === "" || NO_PACKAGE.test(full)) return null;
  const { name, version: withOutput } = parseDerivationName(full);
  const [, output = null] = OUTPUT.exec(withOutput) ?? [];
  const version = output === null ? withOutput : withOutput.slice(0, -output.length - 1);
  return name === "" || version === "" ? null : { hash, name, version, output };
}

const ENTRY = /^([0-9a-df-np-sv-z]{32})-([A-Za-z0-9+._?=-]{1,211})$/;
const NO_PACKAGE =
  /\.(?:drv|patch|diff|tar(?:\.[a-z0-9]+)?|tgz|zip|gem|crate|whl|lock|sh|json|nix|conf|service|pem|asc)$/;
const OUTPUT =
  /-(out|bin|dev|lib|libgcc|man|doc|devdoc|info|debug|static|data|dist|py|python|cli|env|terminfo|getent|nss|tests)$/;

/** The version begins after the first hyphen that no letter follows. */
function parseDerivationName(full: string): { readonly name: string; readonly version: string } {
  const at = full.search(/-[^A-Za-z]/);
  return at === -1 ? { name: full, version: "" } : { name: full.slice(0, at), version: full.slice(at + 1) };
}

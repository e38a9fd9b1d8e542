/**
 * CPE 2.3 names as formatted strings (NIST IR 7695, section 6.2), as far as advisories and packages are joined by them: by
 * vendor and product as the NVD writes them, never by names that merely look alike.
 */

export interface Cpe {
  /** Application, operating system, hardware. */
  readonly part: "a" | "o" | "h";
  /** `vendor:product` in lower case, unescaped: `nodejs:node.js`. */
  readonly product: string;
  /** Version with its update: `9.3p1`, `1.8.0_202`, `3.11.0-rc1`. Null: any (`*`) or not applicable (`-`). */
  readonly version: string | null;
  /** The version stands as `*`. */
  readonly isAnyVersion: boolean;
  /** Software that it runs in or on: `wordpress`, `node.js`, `windows`; `*` and `-` are null. */
  readonly targetSoftware: string | null;
}

const cpeLengthMax = 1_000;

/** Null when the text is no CPE 2.3 name with a vendor and a product. Linear in its length. */
export function parseCpe(text: string): Cpe | null {
  if (text.length > cpeLengthMax || !text.startsWith("cpe:2.3:")) return null;
  const fields = splitFields(text);
  const [, , part = "", vendor = "", product = "", version = "", update = ""] = fields;
  if (part !== "a" && part !== "o" && part !== "h") return null;
  if (isLogical(vendor) || isLogical(product) || version === "") return null;
  return {
    part,
    product: `${vendor}:${product}`.toLowerCase(),
    version: isLogical(version) ? null : withUpdate(version, update),
    isAnyVersion: version === "*",
    targetSoftware: isLogical(fields[10] ?? "") ? null : (fields[10] ?? "").toLowerCase(),
  };
}

/** Fields between colons; a backslash takes the meaning from what follows. `*` and `-` by themselves stay logical values. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let field = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === ":") {
      fields.push(field);
      field = "";
    } else if (char === "\\") {
      at += 1;
      field += text[at] ?? "";
    } else field += char;
  }
  return [...fields, field];
}

function isLogical(field: string): boolean {
  return field === "*" || field === "-" || field === "";
}

/** OpenSSH's `9.3` with `p1` is `9.3p1`; Java's `1.8.0` with `update202` is `1.8.0_202`; others stand behind a hyphen. */
function withUpdate(version: string, update: string): string {
  if (isLogical(update)) return version;
  if (/^p\d{1,6}$/.test(update)) return `${version}${update}`;
  const numbered = /^update_?(\d{1,6})$/.exec(update)?.[1];
  return numbered === undefined ? `${version}-${update}` : `${version}_${numbered}`;
}

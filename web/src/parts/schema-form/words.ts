/** Names of options as words: `allowed_base_images` -> `Allowed base images`, `include_cisa_kev` -> `Include CISA KEV`. */

/** How some parts of names are written. */
const written: Readonly<Record<string, string>> = {
  api: "API",
  cisa: "CISA",
  cve: "CVE",
  cves: "CVEs",
  cvss: "CVSS",
  epss: "EPSS",
  id: "ID",
  ids: "IDs",
  kev: "KEV",
  os: "OS",
  purl: "package URL",
  purls: "package URLs",
  sbom: "SBOM",
  slsa: "SLSA",
  spdx: "SPDX",
  url: "URL",
  urls: "URLs",
  vex: "VEX",
};

export function nameInWords(name: string): string {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .split(/[_\-\s]+/)
    .filter((part) => part !== "")
    .map((part) => written[part.toLowerCase()] ?? part.toLowerCase());
  const words = parts.join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One entry of a list with this name, for its buttons: `Allowed base images` -> `base image`; `entry` where English does not help. */
export function entryNoun(name: string): string {
  const words = nameInWords(name).split(" ");
  const last = words.at(-1) ?? "";
  if (!/[^s]s$/.test(last) || last.length < 4) return "entry";
  const one = last.endsWith("ies") ? `${last.slice(0, -3)}y` : last.slice(0, -1);
  const before = words.length > 2 ? `${words.at(-2) ?? ""} ` : "";
  return `${before}${one}`.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

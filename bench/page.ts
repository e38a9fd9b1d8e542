/** docs/reference/performance.md: a section for each benchmark, of which one run writes its own and leaves the others. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

export type Section = "scans" | "server" | "database";

/** In the order of the page. */
const sections: readonly Section[] = ["scans", "server", "database"];

const HEAD = `# Performance

<!-- Written by npm run bench -- --write, npm run bench -- server --write and npm run bench -- database --write. Do not edit. -->
`;

export function writeSection(path: string, section: Section, markdown: string): void {
  const page = existsSync(path) ? readFileSync(path, "utf8") : "";
  const texts = sections.map((name) => {
    const text = name === section ? markdown.trim() : (sectionOf(page, name) ?? "");
    return text === "" ? "" : `\n${mark(name)}\n\n${text}\n`;
  });
  writeFileSync(path, `${HEAD}${texts.join("")}`);
}

/** Up to the next mark. */
function sectionOf(page: string, section: Section): string | null {
  const [, after] = page.split(`${mark(section)}\n`);
  return after === undefined ? null : (after.split(/^<!-- section /m)[0] ?? "").trim();
}

function mark(section: Section): string {
  return `<!-- section ${section} -->`;
}

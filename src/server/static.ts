/**
 * The built dashboard. The files are read once, at the start, so that an address can only name one of them and nothing else on
 * the disk. Names with a hash of their content are kept by browsers for good; every other address is a page of the dashboard, whose
 * router shows it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

/** The answer for a path, e.g. `/assets/index-B4x_9a2Q.js` or `/images`. */
export type StaticFiles = (path: string) => Response;

/** `folder`: of the build; null or missing: every page says that there is none. */
export function createStaticFiles(folder: string | null): StaticFiles {
  const files = folder === null ? new Map<string, Content>() : readFiles(folder);
  const index = files.get("/index.html");
  if (index === undefined) return () => page(NOT_BUILT, 503);
  return (path) => {
    const file = files.get(path);
    if (file === undefined && path.startsWith("/assets/")) return new Response(null, { status: 404 });
    if (file === undefined || file === index) return page(index, 200);
    return new Response(file, {
      headers: {
        "content-type": mediaTypes[extname(path)] ?? "application/octet-stream",
        "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      },
    });
  };
}

type Content = Uint8Array<ArrayBuffer>;

/** Address -> content, for every file of the folder. Links are not followed. */
function readFiles(folder: string): Map<string, Content> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(folder, file).split(sep).join("/")}`, new Uint8Array(readFileSync(file))]),
  );
}

function page(html: string | Content, status: number): Response {
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
  });
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Plimsoll</title></head>
<body>
<h1>The dashboard was not built</h1>
<p>The API is at <a href="/api/v1/openapi.json">/api/v1</a>. Build the dashboard with <code>npm run build</code> and start again.</p>
</body>
</html>
`;

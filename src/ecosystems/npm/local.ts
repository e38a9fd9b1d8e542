/** Whether an address means a folder of the project: a link, a workspace, a path. A tarball beside the project is a package. */
export function isLocal(address: unknown): boolean {
  if (typeof address !== "string" || !localForms.some((form) => address.startsWith(form))) return false;
  const place = address.split("#", 1)[0]?.split("::", 1)[0] ?? "";
  return !tarballEnds.some((end) => place.endsWith(end));
}

const localForms = ["file:", "link:", "workspace:", "portal:", "exec:", "./", "../", "/"];
const tarballEnds = [".tgz", ".tar.gz", ".tar"];

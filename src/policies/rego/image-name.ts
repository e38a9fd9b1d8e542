/** Names of images as modules write them, in full. */

/** `node:25` -> `docker.io/library/node:25` */
export function fullName(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasHost) return reference.replace(/^index\.docker\.io\//, "docker.io/");
  return rest.length === 0 ? `docker.io/library/${reference}` : `docker.io/${reference}`;
}

/** `node:25` -> `docker.io/library/node` */
export function canonicalName(reference: string): string {
  return fullName(reference)
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "");
}

/** `docker.io/library/nginx` -> `nginx`, `docker.io/org/app` -> `org/app`; others in full. */
export function shortName(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/)?/, "");
}

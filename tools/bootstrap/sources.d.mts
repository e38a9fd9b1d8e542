/** Types of sources.mjs, which is plain JavaScript because it runs before the project's Node exists. */
export function fingerprintSources(root: string): string;

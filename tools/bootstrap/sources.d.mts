/** Types of `sources.mjs`. */
export declare function fingerprintSources(root: string): string;
export declare function fingerprintDashboard(root: string): string;

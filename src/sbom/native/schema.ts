/** Name of the layout of native documents, with its number. */
export const NATIVE_SCHEMA = "urn:plimsoll:sbom:1";

/** What a failed analysis is called. */

/** By its code: `IMAGE_UNSUPPORTED`, `SOURCE_UNSUPPORTED`. Another try changes nothing, and nobody has done anything wrong. */
export function isUnsupported(code: string): boolean {
  return code.endsWith("_UNSUPPORTED");
}

/** Numbers for people. */

const counts = new Intl.NumberFormat("en");

/** `12,345` */
export function amount(value: number): string {
  return counts.format(value);
}

/** `1 image`, `2 images`; irregular words give their plural. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${amount(value)} ${value === 1 ? one : many}`;
}

/** `0 B`, `999 B`, `1.2 kB`, `45 MB`: powers of 1000, as image tools print sizes. */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}

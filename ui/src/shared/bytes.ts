const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size for people, in units of 1000, which every language writes alike. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 });
  return `${format.format(value)} ${UNITS[unit]}`;
}

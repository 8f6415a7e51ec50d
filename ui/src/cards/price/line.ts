import type { Spot } from './price';

/** So much of the line's own height a level may be above or below it, to be drawn: farther, the line would be flat. */
const REACH = 0.75;

/** From the lowest to the highest that is drawn. */
export interface Scale {
  low: number;
  high: number;
}

/** The scale of a line, with the levels that are near enough to it. */
export function scaleOf(spots: Spot[], levels: number[] = []): Scale {
  const values = spots.map(({ value }) => value).filter(Number.isFinite);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const reach = (high - low) * REACH;
  const near = levels.filter((level) => level >= low - reach && level <= high + reach);
  return { low: Math.min(low, ...near), high: Math.max(high, ...near) };
}

/** Where a value is in a box; the lowest at the bottom, with a margin. */
export function heightOf(value: number, { low, high }: Scale, height: number, margin: number): number {
  const usable = Math.max(height - 2 * margin, 1);
  return high === low ? height / 2 : margin + usable * (1 - (value - low) / (high - low));
}

/** Where the line of these values goes in a box: the whole width, each at its time; of one moment, a dot at its end. */
export function line(
  spots: Spot[],
  width: number,
  height: number,
  scale = scaleOf(spots),
  margin = 6,
): [number, number][] {
  const drawn = spots.filter(({ value }) => Number.isFinite(value));
  const [first] = drawn;
  const last = drawn.at(-1);
  if (!first || !last) return [];
  const y = (value: number) => heightOf(value, scale, height, margin);
  const length = last.at - first.at;
  if (length <= 0) return [[width, y(last.value)]];
  return drawn.map(({ at, value }) => [((at - first.at) / length) * width, y(value)]);
}

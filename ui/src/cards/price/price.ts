import type { FeedModel } from '../../state/feed.svelte';
import { entity } from '../../state/feed.svelte';
import { difference, sign } from '../../shared/decimal';

/** One symbol: its values in the order they came, and how far the last is from the first. */
export interface Symbol {
  key: string;
  unit: string;
  value: string;
  /** The last value minus the first that is kept; a decimal. */
  change: string;
  /** The same in percent of the first; `undefined` if that is zero. */
  percent: number | undefined;
  /** -1 down, 0 same, 1 up. */
  direction: number;
  /** When the first one came. */
  since: number;
  points: number[];
}

/** The symbols of a feed, each in the place where it was first seen. */
export function symbols(model: Pick<FeedModel, 'events' | 'rank'>): Symbol[] {
  const found = new Map<string, { first: string; last: string; unit: string; since: number; points: number[] }>();
  for (const event of model.events) {
    for (const reading of event.readings) {
      if (reading.value === undefined) continue;
      const key = entity(reading);
      const known = found.get(key);
      if (known) {
        known.last = reading.value;
        known.unit = reading.unit ?? known.unit;
        known.points.push(Number(reading.value));
      } else {
        const { value, unit = '' } = reading;
        found.set(key, { first: value, last: value, unit, since: event.at, points: [Number(value)] });
      }
    }
  }
  return [...found]
    .map(([key, { first, last, unit, since, points }]) => {
      const change = difference(last, first) ?? '0';
      const percent = Number(first) === 0 ? undefined : (Number(change) / Math.abs(Number(first))) * 100;
      return { key, unit, value: last, change, percent, direction: sign(change), since, points };
    })
    .sort((a, b) => model.rank(a.key) - model.rank(b.key));
}

const SIGNS: Record<string, string> = { EUR: '€', USD: '$', GBP: '£', JPY: '¥', CNY: '¥' };

/** A unit as it is written behind a number in a narrow row. */
export function shortUnit(unit: string): string {
  return SIGNS[unit] ?? unit;
}

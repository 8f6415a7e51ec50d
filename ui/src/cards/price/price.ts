import type { Moment } from '../../bindings/Moment';
import type { Reading } from '../../bindings/Reading';
import type { Trend } from '../../bindings/Trend';
import { difference, sign } from '../../shared/decimal';
import type { FeedModel } from '../../state/feed.svelte';
import { entity } from '../../state/feed.svelte';
import { type Came, spread } from './spread';
import { minuteOf } from './window';

/** How far a value is from an earlier one. */
export interface Change {
  /** The later minus the earlier; a decimal. */
  amount: string;
  /** The same in percent of the earlier; `undefined` if that is zero. */
  percent: number | undefined;
  /** -1 down, 0 same, 1 up. */
  direction: number;
  /** When the earlier one came. */
  since: number;
}

/** One symbol: its value, how it changed, and what it was meanwhile. */
export interface Symbol {
  key: string;
  /** What a person calls it: its headline where it has one, as a key may be a number that only programs know. */
  name: string;
  unit: string;
  value: string;
  /** Over the window. */
  change: Change;
  /** Since the day began, if the window began at another value. */
  today: Change | undefined;
  points: Spot[];
}

/** A value in a line. */
export interface Spot {
  at: number;
  value: number;
}

/** What is known of the time before the events that the window keeps. */
export interface Past {
  /** When the card's window begins; `undefined`: with the first value. */
  since: number | undefined;
  window: ReadonlyMap<string, Trend>;
  today: ReadonlyMap<string, Trend>;
}

const NO_PAST: Past = { since: undefined, window: new Map(), today: new Map() };

interface Found {
  name: string;
  unit: string;
  values: Came[];
  /** Under what the history keeps it; readings that are told apart by their titles are one key there. */
  historyKey: string | undefined;
}

/** The symbols of a feed, each in the place where it was first seen. */
export function symbols(model: Pick<FeedModel, 'events' | 'rank'>, past: Past = NO_PAST): Symbol[] {
  const found = new Map<string, Found>();
  for (const event of model.events) {
    for (const reading of event.readings) {
      const key = entity(reading);
      if (reading.state === 'removed') found.delete(key);
      if (reading.state === 'removed' || reading.value === undefined) continue;
      const known = found.get(key) ?? { name: key, unit: '', values: [], historyKey: historyKey(reading) };
      known.name = reading.title ?? known.name;
      known.unit = reading.unit ?? known.unit;
      known.values.push({ at: event.at, value: reading.value, time: reading.time });
      found.set(key, known);
    }
  }
  return [...found]
    .map(([key, symbol]) => symbolOf(key, symbol, past))
    .sort((a, b) => model.rank(a.key) - model.rank(b.key));
}

function historyKey(reading: Reading): string | undefined {
  return reading.key ?? (reading.title === undefined ? '' : undefined);
}

function symbolOf(key: string, { name, unit, values, historyKey }: Found, past: Past): Symbol {
  const trend = historyKey === undefined ? undefined : past.window.get(historyKey);
  const today = historyKey === undefined ? undefined : past.today.get(historyKey);
  const { value } = values.at(-1) as Came;
  const base = trend?.base ?? baseOf(values, past.since);
  return {
    key,
    name,
    unit,
    value,
    change: changeOf(base, value),
    today: today && today.base.at !== base.at ? changeOf(today.base, value) : undefined,
    points: pointsOf(values, base, trend, past.since),
  };
}

/** The last value before a time, else the first: as the history finds it. */
function baseOf(values: Came[], since = -Infinity): Came {
  return (values.findLast(({ at }) => at < since) ?? values[0]) as Came;
}

function changeOf(from: Moment, to: string): Change {
  const amount = difference(to, from.value) ?? '0';
  const percent = Number(from.value) === 0 ? undefined : (Number(amount) / Math.abs(Number(from.value))) * 100;
  return { amount, percent, direction: sign(amount), since: from.at };
}

/** What it was when the window began, what the history knows up to the events, and these one by one. */
function pointsOf(values: Came[], base: Moment, trend: Trend | undefined, since = -Infinity): Spot[] {
  const recent = spread(values).filter(({ at }) => at >= since);
  const from = recent[0]?.at ?? Infinity;
  const known = [...(trend?.moments ?? []).filter(({ at }) => at >= since && at < from), ...recent];
  const [first] = known;
  // Of the first value of all the history knows the minute; what came in the same one is known better.
  const begins = !first || base.at < since || minuteOf(base.at) < minuteOf(first.at);
  const drawn = begins ? [base, ...known] : known;
  return drawn.map(({ at, value }) => ({ at: Math.max(at, since), value: Number(value) }));
}

const SIGNS: Record<string, string> = { EUR: '€', USD: '$', GBP: '£', JPY: '¥', CNY: '¥' };

/** A unit as it is written behind a number in a narrow row. */
export function shortUnit(unit: string): string {
  return SIGNS[unit] ?? unit;
}

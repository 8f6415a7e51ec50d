import type { Gap } from '../bindings/Gap';
import type { Point } from '../bindings/Point';
import { difference } from '../shared/decimal';
import type { Range } from './windows';

/** A value as it came. */
export interface Value {
  at: number;
  value: string;
}

/** Points with the values that came after them: one a part of the time, so that there are never too many. */
export function extended(points: Point[], values: Value[], since: number, width: number): Point[] {
  const all = [...points];
  for (const { at, value } of values) {
    const last = all.at(-1);
    if (last && Math.floor((at - since) / width) === Math.floor((last.at - since) / width)) {
      all[all.length - 1] = {
        at,
        first: last.first,
        low: Number(value) < Number(last.low) ? value : last.low,
        high: Number(value) > Number(last.high) ? value : last.high,
        last: value,
      };
    } else {
      all.push({ at, first: value, low: value, high: value, last: value });
    }
  }
  return all;
}

/** What is drawn: times, and for each the last, the lowest and the highest value; none where the line has a hole. */
export type Columns = [number[], (number | null)[], (number | null)[], (number | null)[]];

/** No line goes over a gap. */
export function columns(points: Point[], gaps: Gap[]): Columns {
  const [at, last, low, high]: Columns = [[], [], [], []];
  let gap = 0;
  points.forEach((point, index) => {
    const before = points[index - 1];
    while (gap < gaps.length && (gaps[gap]?.until ?? 0) <= (before?.at ?? point.at)) gap += 1;
    const next = gaps[gap];
    if (before && next && next.since < point.at) {
      at.push((before.at + point.at) / 2);
      for (const column of [last, low, high]) column.push(null);
    }
    at.push(point.at);
    last.push(Number(point.last));
    low.push(Number(point.low));
    high.push(Number(point.high));
  });
  return [at, last, low, high];
}

/** The points of a time. */
export function within(points: Point[], { since, until }: Range): Point[] {
  return points.filter(({ at }) => at >= since && at <= until);
}

/** What a chart says in words; every value as it was sent. */
export interface Figures {
  last: string;
  low: string;
  high: string;
  /** The last minus the first. */
  change: string;
}

export function figures(points: Point[]): Figures | undefined {
  const [start] = points;
  const end = points.at(-1);
  if (!start || !end) return undefined;
  const lowest = points.reduce((one, other) => (Number(other.low) < Number(one.low) ? other : one));
  const highest = points.reduce((one, other) => (Number(other.high) > Number(one.high) ? other : one));
  return {
    last: end.last,
    low: lowest.low,
    high: highest.high,
    change: difference(end.last, start.first) ?? '0',
  };
}

import type { Event } from '../../bindings/Event';
import type { Gap } from '../../bindings/Gap';
import type { Point } from '../../bindings/Point';
import type { Series } from '../../bindings/Series';
import type { SeriesQuery } from '../../bindings/SeriesQuery';
import type { Trend } from '../../bindings/Trend';
import type { TrendQuery } from '../../bindings/TrendQuery';

/** What the engine finds in its history, of the events of one feed. */
export function seriesOf(events: Event[], gaps: Gap[], query: SeriesQuery & { until: number }): Series {
  const values = valuesOf(events);
  const keys = [...new Set(values.map(({ key }) => key))].sort();
  const key = query.key ?? keys[0] ?? null;
  const { until, buckets = 500 } = query;
  const since = query.since ?? values.find((value) => value.key === key)?.at ?? until;
  const width = Math.floor((until - since) / buckets) + 1;
  const points = new Map<number, Point>();
  for (const { at, value } of values.filter((value) => value.key === key && value.at >= since && value.at <= until)) {
    const bucket = Math.floor((at - since) / width);
    const { first, low, high } = points.get(bucket) ?? { first: value, low: value, high: value };
    points.set(bucket, {
      at,
      first,
      low: Number(value) < Number(low) ? value : low,
      high: Number(value) > Number(high) ? value : high,
      last: value,
    });
  }
  return { keys, key, since, until, points: [...points.values()], gaps: gaps.filter((gap) => gap.until >= since) };
}

/** The same of all keys: what each was when the time began, and at some moments since. */
export function trendsOf(events: Event[], query: TrendQuery & { until: number }): Trend[] {
  const values = valuesOf(events);
  const { since: begin = -Infinity, until, moments = 0 } = query;
  return [...new Set(values.map(({ key }) => key))].sort().flatMap((key) => {
    const ours = values.filter((value) => value.key === key);
    const base = ours.findLast(({ at }) => at < begin) ?? ours[0];
    if (!base) return [];
    const since = Math.max(begin, base.at);
    const width = Math.max(until - since, 1) / Math.max(moments, 1);
    const parts = new Map<number, Trend['moments'][number]>();
    for (const { at, value } of ours)
      if (moments > 0 && at >= since) parts.set(Math.floor((at - since) / width), { at, value });
    return [{ key, base: { at: base.at, value: base.value }, moments: [...parts.values()] }];
  });
}

function valuesOf(events: Event[]): { at: number; key: string; value: string }[] {
  return [...events]
    .sort((a, b) => a.seq - b.seq)
    .flatMap(({ at, readings }) =>
      readings.flatMap(({ key = '', value }) => (value === undefined ? [] : [{ at, key, value }])),
    );
}

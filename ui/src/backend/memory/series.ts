import type { Event } from '../../bindings/Event';
import type { Gap } from '../../bindings/Gap';
import type { Point } from '../../bindings/Point';
import type { Series } from '../../bindings/Series';
import type { SeriesQuery } from '../../bindings/SeriesQuery';

/** What the engine finds in its history, of the events of one feed. */
export function seriesOf(events: Event[], gaps: Gap[], query: SeriesQuery & { until: number }): Series {
  const values = [...events]
    .sort((a, b) => a.seq - b.seq)
    .flatMap(({ at, readings }) =>
      readings.flatMap(({ key = '', value }) => (value === undefined ? [] : [{ at, key, value }])),
    );
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

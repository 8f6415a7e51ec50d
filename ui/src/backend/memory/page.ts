import type { Event } from '../../bindings/Event';
import type { FeedState } from '../../bindings/FeedState';
import type { Gap } from '../../bindings/Gap';
import type { Page } from '../../bindings/Page';
import type { Query } from '../../bindings/Query';

/** What the engine finds in its history. */
export function pageOf(history: Event[], gaps: Record<string, Gap[]>, feeds: FeedState[], query: Query): Page {
  const { limit = 200, before = Infinity, since = 0, until = Infinity } = query;
  const words = (query.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const unread = new Set(
    feeds.flatMap(({ events, unread }) => events.slice(events.length - unread)).map(({ seq }) => seq),
  );
  const found = history.filter(
    (event) =>
      event.seq < before &&
      event.at >= since &&
      event.at < until &&
      (query.feed === undefined || event.feed === query.feed) &&
      (query.event === undefined || event.event === query.event) &&
      (query.key === undefined || event.readings.some(({ key }) => key === query.key)) &&
      (query.priority === undefined || event.readings.some(({ priority = 0 }) => priority >= (query.priority ?? 0))) &&
      (!query.unread || unread.has(event.seq)) &&
      words.every((word) => event.data.toLowerCase().includes(word)),
  );
  found.sort((a, b) => b.seq - a.seq);
  const events = found.slice(0, limit);
  const next = found.length > limit ? (events.at(-1)?.seq ?? null) : null;
  const at = (seq: number) => history.find((event) => event.seq === seq)?.at ?? Infinity;
  const after = Math.max(next === null ? 0 : at(next), since);
  const end = Math.min(before === Infinity ? Infinity : at(before), until);
  const inTime =
    query.feed === undefined ? [] : (gaps[query.feed] ?? []).filter((gap) => gap.until > after && gap.until <= end);
  return { events, more: next !== null, next, gaps: inTime.toSorted((a, b) => b.until - a.until) };
}

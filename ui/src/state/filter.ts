import type { Query } from '../bindings/Query';

const HOUR = 3_600_000;

/** The last so much of the time, as it is called in an address. */
export const WITHIN = { '1h': HOUR, '1d': 24 * HOUR, '7d': 7 * 24 * HOUR };
export type Within = keyof typeof WITHIN;

/** What narrows a list of events; what is left out does not. */
export interface Filter {
  search?: string;
  /** The type of the event. */
  type?: string;
  key?: string;
  /** At least, from 1 to 5. */
  priority?: number;
  unread?: true;
  within?: Within;
  since?: number;
  until?: number;
}

/** What of an address narrows a list. */
export function readFilter(parameters: URLSearchParams): Filter {
  const text = (name: string) => parameters.get(name) ?? '';
  const within = text('within');
  const [search, type, key] = [text('search'), text('type'), text('key')];
  const [priority, since, until] = [count(text('priority')), count(text('since')), count(text('until'))];
  return {
    ...(search ? { search } : {}),
    ...(type ? { type } : {}),
    ...(key ? { key } : {}),
    ...(priority && priority <= 5 ? { priority } : {}),
    ...(parameters.has('unread') ? { unread: true } : {}),
    ...(within in WITHIN ? { within: within as Within } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  };
}

/** What of something else narrows a list. */
export function filterOf({ search, type, key, priority, unread, within, since, until }: Filter): Filter {
  const fields = { search, type, key, priority, unread, within, since, until };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
}

function count(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** The same in an address. */
export function writeFilter(parameters: URLSearchParams, filter: Filter): void {
  const { search, type, key, priority, unread, within, since, until } = filter;
  const fields = { search, type, key, priority, unread: unread && 1, within, since, until };
  for (const [name, value] of Object.entries(fields)) if (value) parameters.set(name, String(value));
}

/** The question to the history. */
export function queryOf(filter: Filter, now: number): Query {
  const { search, type, key, priority, unread, within, until } = filter;
  const since = within ? now - WITHIN[within] : filter.since;
  return {
    ...(search ? { search } : {}),
    ...(type ? { event: type } : {}),
    ...(key ? { key } : {}),
    ...(priority ? { priority } : {}),
    ...(unread ? { unread } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  };
}

/** Whether it leaves anything out. */
export function narrows(filter: Filter): boolean {
  return Object.values(filter).some(Boolean);
}

import { m } from '../paraglide/messages';
import { isolated } from '../shared/text';
import { fullTime } from '../shared/time';
import type { Filter, Within } from '../state/filter';

export const WITHIN_NAMES = {
  '1h': m.window_hour_long,
  '1d': m.window_day_long,
  '7d': m.window_week_long,
} satisfies Record<Within, () => string>;

/** What a filter leaves, a chip each, and the fields that go with it. */
export function chipsOf(filter: Filter, locale: string): { fields: (keyof Filter)[]; label: string }[] {
  const { search, type, key, priority, unread, within, since, until } = filter;
  const time = (at: number) => fullTime(at, locale);
  return [
    ...(search ? [{ fields: ['search' as const], label: m.chip_search({ words: isolated(search) }) }] : []),
    ...(type ? [{ fields: ['type' as const], label: m.chip_type({ type: isolated(type) }) }] : []),
    ...(key ? [{ fields: ['key' as const], label: m.chip_key({ key: isolated(key) }) }] : []),
    ...(priority ? [{ fields: ['priority' as const], label: m.chip_priority({ priority }) }] : []),
    ...(unread ? [{ fields: ['unread' as const], label: m.filter_unread() }] : []),
    ...(within ? [{ fields: ['within' as const], label: m.chip_within({ time: WITHIN_NAMES[within]() }) }] : []),
    ...(since ? [{ fields: ['since' as const], label: m.chip_since({ time: time(since) }) }] : []),
    ...(until ? [{ fields: ['until' as const], label: m.chip_until({ time: time(until) }) }] : []),
  ];
}

import type { Event } from '../../bindings/Event';
import { webLink } from '../../shared/link';
import { clipLine } from '../../shared/text';

export interface Item {
  id: string;
  title: string;
  /** What it says below its title. */
  body: string;
  link: string | undefined;
  at: number;
  unread: boolean;
}

/**
 * The latest `count` items, newest first; those of the last `unread` events are new to the user. What has a key can be
 * replaced and withdrawn: the last word on it counts.
 */
export function items(events: Event[], unread: number, count: number): Item[] {
  const found: Item[] = [];
  const known = new Set<string>();
  for (let index = events.length - 1; index >= 0 && found.length < count; index -= 1) {
    const event = events[index] as Event;
    const fresh = event.readings.map((reading, place) => ({ reading, place })).reverse();
    const standing = fresh.filter(({ reading: { key, state } }) => {
      if (key === undefined) return state !== 'removed';
      const first = !known.has(key);
      known.add(key);
      return first && state !== 'removed';
    });
    for (const { reading, place } of standing.reverse())
      found.push({
        id: `${event.seq}.${place}`,
        title: clipLine(reading.title ?? reading.body ?? event.data),
        body: reading.title === undefined ? '' : clipLine(reading.body ?? ''),
        link: webLink(reading.link),
        at: reading.time ?? event.at,
        unread: index >= events.length - unread,
      });
  }
  return found.slice(0, count);
}

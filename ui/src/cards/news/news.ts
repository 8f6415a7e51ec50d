import type { Event } from '../../bindings/Event';
import { webLink } from '../../shared/link';
import { clipLine } from '../../shared/text';

export interface Item {
  id: string;
  title: string;
  link: string | undefined;
  at: number;
  unread: boolean;
}

/** The latest `count` items, newest first; those of the last `unread` events are new to the user. */
export function items(events: Event[], unread: number, count: number): Item[] {
  const found: Item[] = [];
  for (let index = events.length - 1; index >= 0 && found.length < count; index -= 1) {
    const event = events[index];
    event?.readings.forEach((reading, place) => {
      found.push({
        id: `${event.seq}.${place}`,
        title: clipLine(reading.title ?? reading.body ?? event.data),
        link: webLink(reading.link),
        at: reading.time ?? event.at,
        unread: index >= events.length - unread,
      });
    });
  }
  return found.slice(0, count);
}

import type { Event } from '../../bindings/Event';
import { clip, clipLine } from '../../shared/text';

/** Messages that a card draws at most. */
const SHOWN = 20;

export interface Message {
  id: string;
  who: string;
  text: string;
  at: number;
}

/** The latest messages, oldest first. */
export function messages(events: Event[]): Message[] {
  const found: Message[] = [];
  for (const event of events.slice(-SHOWN)) {
    event.readings.forEach((reading, index) => {
      const who = reading.key ?? (reading.body === undefined ? '' : (reading.title ?? ''));
      const text = reading.body ?? reading.title ?? event.data;
      found.push({ id: `${event.seq}.${index}`, who: clipLine(who), text: clip(text), at: reading.time ?? event.at });
    });
  }
  return found.slice(-SHOWN);
}

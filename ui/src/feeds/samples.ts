import type { Event } from '../bindings/Event';
import type { Sample } from '../bindings/Sample';

const MOST = 10;

/** The latest events of a feed that is edited, as samples: those that the window has whole. */
export function samplesOf(model: { events: Event[] } | undefined): Sample[] {
  const whole =
    model?.events.filter(({ readings, data, bytes }) => readings.length > 0 && sizeOf(data) === bytes) ?? [];
  return whole.slice(-MOST).map(({ event, id, data, bytes }) => ({ event, id, data, bytes }));
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

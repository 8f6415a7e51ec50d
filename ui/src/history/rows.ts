import type { Event } from '../bindings/Event';
import type { Gap } from '../bindings/Gap';

/** A line of the list: an event, or a time between two events in which nobody listened. */
export type Line = { event: Event; gap?: undefined } | { gap: Gap; event?: undefined };

/** Events and gaps together, the newest first; both come so. What came after a gap stands above it. */
export function linesOf(events: Event[], gaps: Gap[]): Line[] {
  const lines: Line[] = [];
  let next = 0;
  for (const event of events) {
    for (let gap = gaps[next]; gap && gap.until > event.at; gap = gaps[next]) {
      lines.push({ gap });
      next += 1;
    }
    lines.push({ event });
  }
  return [...lines, ...gaps.slice(next).map((gap) => ({ gap }))];
}

/** What tells lines apart. */
export function keyOf({ event, gap }: Line): string {
  return event ? String(event.seq) : `gap ${gap.since}`;
}

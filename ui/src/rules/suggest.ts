import type { Condition } from '../bindings/Condition';
import type { Event } from '../bindings/Event';
import type { RuleDraft } from '../bindings/RuleDraft';

/** A value of an event's data that was chosen. */
export interface Chosen {
  path: string;
  value: unknown;
}

/** A rule to begin with, of an event, or of what was chosen in it. */
export function suggest(event: Event, chosen?: Chosen): RuleDraft {
  return { name: '', feeds: [event.feed], when: condition(event, chosen), notify: { urgency: 'normal' } };
}

function condition(event: Event, chosen?: Chosen): Condition {
  const value = event.readings.find((reading) => reading.value !== undefined)?.value;
  const level = value === undefined ? undefined : { value: { crosses_above: value } };
  if (chosen) {
    const { path, value: field } = chosen;
    // The field that is the feed's value crosses a level; it is seldom the same again.
    if (level && typeof field !== 'object' && Number(field) === Number(value)) return level;
    if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean' || field === null)
      return { field: path, equals: field };
  }
  if (level) return level;
  if (event.event !== 'message') return { event: event.event };
  const state = event.readings.find((reading) => reading.progress !== undefined);
  if (state) return { progress: { reaches_percent: '100' } };
  const words = event.readings.map(({ title, body }) => title ?? body ?? '').find(Boolean);
  return words ? { text: { words } } : { event: event.event };
}

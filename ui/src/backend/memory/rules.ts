import type { Condition } from '../../bindings/Condition';
import type { Event } from '../../bindings/Event';
import type { Gates } from '../../bindings/Gates';
import type { Refusal } from '../backend';

function refuse(field: string, problem: string): never {
  const refusal: Refusal = { code: 'invalid', message: `${field}: ${problem}` };
  throw refusal;
}

/** Refuses some of what the engine refuses, with the same places and reasons. */
export function checkCondition(when: Condition, at: string): void {
  if ('text' in when) {
    checkPattern(when.text.matches, `${at}.text.matches`);
    if (when.text.words === when.text.matches)
      refuse(`${at}.text`, 'Give either words that must all occur, or matches with a regular expression.');
  }
  if ('field' in when) {
    if (!when.field.startsWith('$'))
      refuse(`${at}.field`, `'${when.field}' is not a JSONPath: it begins with $. An example of one: $.status`);
    checkPattern(when.matches, `${at}.matches`);
  }
  if ('not' in when) checkCondition(when.not, `${at}.not`);
  if ('all' in when) when.all.forEach((one, index) => checkCondition(one, `${at}.all[${index}]`));
  if ('any' in when) when.any.forEach((one, index) => checkCondition(one, `${at}.any[${index}]`));
}

export function checkGates(gates?: Gates): void {
  if (gates?.at_most?.count === 0) refuse('gates.at_most.count', 'Allow at least 1, or switch the rule off.');
}

function checkPattern(pattern: string | undefined, at: string): void {
  if (pattern?.endsWith('(')) refuse(at, 'This is no regular expression: unclosed group');
}

/** Whether an event makes a condition true; of what needs a memory, every event does. */
export function meets(when: Condition, event: Event): boolean {
  if ('event' in when) return event.event === when.event;
  if ('text' in when) {
    const data = event.data.toLowerCase();
    return (when.text.words ?? '')
      .toLowerCase()
      .split(/\s+/)
      .every((word) => data.includes(word));
  }
  if ('value' in when) {
    const { crosses_above, above = crosses_above, crosses_below, below = crosses_below } = when.value;
    return event.readings.some(
      ({ value }) =>
        value !== undefined &&
        (above === undefined || Number(value) > Number(above)) &&
        (below === undefined || Number(value) < Number(below)),
    );
  }
  if ('not' in when) return !meets(when.not, event);
  if ('all' in when) return when.all.every((one) => meets(one, event));
  if ('any' in when) return when.any.some((one) => meets(one, event));
  return true;
}

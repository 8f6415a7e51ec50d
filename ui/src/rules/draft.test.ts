import { describe, expect, it } from 'vitest';

import type { Condition } from '../bindings/Condition';
import type { Rule } from '../bindings/Rule';
import { conditionOf, draftOf, formOf, says } from './draft';

const rule = (when: Condition): Rule => ({
  id: 'r',
  name: 'R',
  feeds: ['a'],
  enabled: false,
  when,
  notify: { urgency: 'critical' },
});

const CASES: [Condition, string][] = [
  [
    { value: { crosses_above: '60000', recovers_below: '59000' } },
    'value crosses above <60000>, armed again below <59000>',
  ],
  [{ value: { crosses_below: '0.1' } }, 'value crosses below <0.1>'],
  [{ value: { below: '-5', recovers_above: '0' } }, 'value below <-5>, armed again above <0>'],
  [{ event: 'alarm' }, 'event of type alarm'],
  [{ text: { matches: '(?i)a.b' } }, 'text matches (?i)a.b'],
];

describe('a rule', () => {
  it.each(CASES)('%j survives the form', (when) => {
    const known = rule(when);
    const form = formOf(known);
    expect(conditionOf(form)).toEqual(when);
    expect(draftOf(form, when, known)).toEqual({ ...known });
  });

  it.each(CASES)('%j reads “%s”', (when, words) => {
    expect(says(when, (level) => `<${level}>`)).toBe(words);
  });

  it('sends levels as texts, so that no digit is lost', () => {
    expect(conditionOf({ ...formOf(), level: ' 0.1234567890123456789 ' })).toEqual({
      value: { crosses_above: '0.1234567890123456789' },
    });
  });

  it.each(['crosses_above', 'below', 'event', 'text'] as const)('%s wants something to ring for', (kind) => {
    expect(conditionOf({ ...formOf(), kind })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';

import type { Condition } from '../bindings/Condition';
import type { Rule } from '../bindings/Rule';
import { draftOf, formOf, ruleToDraft } from './draft';
import { type Fault, faultOf } from './fault';

const CONDITION: Condition = { event: 'alarm' };

const rule = (changes: Partial<Rule> = {}): Rule => ({
  id: 'r',
  name: 'R',
  feeds: ['a'],
  enabled: false,
  when: CONDITION,
  notify: { urgency: 'critical' },
  ...changes,
});

const FULL = rule({
  feeds: [],
  group: 'Prices',
  per: 'feed',
  for: '5m',
  until: { not: { text: { words: 'down' } } },
  gates: { cool_down: '10m', at_most: { count: 3, per: '1h' } },
});

/** What is thrown. */
function thrownBy(run: () => unknown): Fault {
  try {
    run();
  } catch (thrown) {
    return thrown as Fault;
  }
  throw new Error('nothing was thrown');
}

describe('a rule', () => {
  it.each([
    rule(),
    FULL,
    rule({ feeds: ['a', 'b'], group: 'Prices' }),
    rule({ gates: { cool_down: '1h30m' } }),
    rule({ notify: { urgency: 'low', sound: true, actions: [] } }),
    rule({ notify: { urgency: 'low', sound: false } }),
    rule({ gates: { at_most: { count: 1, per: '1d' } } }),
    rule({ enabled: true, per: 'rule', until: { all: [CONDITION, { cel: 'value > 5' }] } }),
  ])('%# survives the form', (known) => {
    expect(draftOf(formOf(known), known)).toEqual(known);
  });

  it.each<Condition>([
    { all: [CONDITION, { not: { value: { above: '5', recovers_below: '4' } } }] },
    { any: [{ silent_for: '2m' }, { field: '$.status', equals: 'done' }, CONDITION] },
    { all: [CONDITION, { any: [CONDITION, { not: { all: [CONDITION, { cel: 'true' }] } }] }] },
    { not: { any: [CONDITION, { rate: { above: 3, per: '1m' } }] } },
    { not: { not: CONDITION } },
    { all: [] },
  ])('keeps %j', (when) => {
    expect(draftOf(formOf(rule({ when }))).when).toEqual(when);
  });

  it('has the rows of its conditions, and JSON text only for what is deeper', () => {
    const { join, rows } = formOf(rule({ when: { any: [CONDITION, { all: [CONDITION, CONDITION] }] } }));
    expect(join).toBe('any');
    expect(rows.map(({ kind }) => kind)).toEqual(['event', 'json']);
  });

  it('needs no bracket for one condition', () => {
    expect(draftOf(formOf(rule({ when: { all: [CONDITION] } }))).when).toEqual(CONDITION);
  });

  it.each([rule(), FULL, rule({ when: { value: { above: 60000 } }, until: null, for: null, per: null, group: null })])(
    '%# is sent as it is where only its switch is turned',
    (known) => {
      const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
      expect(ruleToDraft(known)).toEqual(given);
    },
  );

  it('loses the gates that are emptied', () => {
    const form = { ...formOf(FULL), coolDown: ' ', atMost: '', atMostPer: '' };
    expect(draftOf(form, FULL)).not.toHaveProperty('gates');
  });

  it('sounds as the desktop does again', () => {
    const loud = rule({ notify: { urgency: 'low', sound: true, actions: ['open'] } });
    expect(draftOf({ ...formOf(loud), sound: '' }, loud).notify).toEqual({ urgency: 'low', actions: ['open'] });
    const unsaid = rule({ notify: { urgency: 'low', sound: null } });
    expect(draftOf(formOf(unsaid), unsaid).notify).toEqual({ urgency: 'low' });
  });

  it('looks at no feed only by mistake', () => {
    const some = { ...formOf(rule()), feeds: [] };
    expect(thrownBy(() => draftOf(some))).toMatchObject({ place: 'feeds', missing: true });
    expect(thrownBy(() => draftOf({ ...some, scope: 'group' }))).toMatchObject({ place: 'feeds', missing: true });
    expect(draftOf({ ...formOf(rule()), scope: 'all' }).feeds).toEqual([]);
  });
});

describe('a fault', () => {
  const form = formOf(
    rule({ when: { any: [CONDITION, CONDITION, { all: [CONDITION, CONDITION] }] }, until: CONDITION }),
  );
  const single = formOf(rule({ when: { all: [{ any: [CONDITION, CONDITION] }] } }));

  it.each([
    [form, 'when.any[1].text.words: Give words: many', 1, 'Give words: many'],
    [form, 'when.any[2].all[0].event: Name it.', 2, 'all[0].event: Name it.'],
    [form, 'when.any[7]: Too many.', 'form', 'when.any[7]: Too many.'],
    [form, 'until.event: Name it.', 'until', 'Name it.'],
    [form, 'gates.cool_down: Too long.', 'gates.cool_down', 'Too long.'],
    [form, 'gates.at_most.count: Allow at least 1.', 'gates.at_most.count', 'Allow at least 1.'],
    [form, 'gates.at_most.per: Too long.', 'gates.at_most.per', 'Too long.'],
    [form, 'gates.at_most: Too many.', 'gates.at_most.count', 'Too many.'],
    [form, 'gates.other: Unknown.', 'form', 'gates.other: Unknown.'],
    [form, 'name: Too long.', 'form', 'name: Too long.'],
    [form, 'The disk is full.', 'form', 'The disk is full.'],
    [single, 'when.any[0].not.event: Name it.', 0, 'not.event: Name it.'],
    [formOf(rule()), 'when.event: Name\nit.', 0, 'Name\nit.'],
    [formOf(rule()), 'when.not.event: Name it.', 0, 'Name it.'],
  ] as const)('%#: %s', (form, message, place, reason) => {
    expect(faultOf({ code: 'invalid', message }, form)).toMatchObject({ place, reason });
  });

  it('of JSON text that can not be read is there', () => {
    const thrown = 'invalid args `draft` for command `add_rule`: unknown field `x`';
    expect(faultOf(thrown, formOf(rule()))).toMatchObject({ place: 'form', reason: 'unknown field `x`' });
    expect(faultOf(thrown, form)).toMatchObject({ place: 2, reason: 'unknown field `x`' });
  });

  it('of the form is found where it is', () => {
    const until = { ...formOf(rule({ until: { silent_for: '1m' } })) };
    if (until.until) until.until.span = 'soon';
    expect(thrownBy(() => draftOf(until))).toMatchObject({ place: 'until', missing: false });
    expect(thrownBy(() => draftOf({ ...formOf(rule()), hold: '5' }))).toMatchObject({ place: 'for' });
    expect(thrownBy(() => draftOf({ ...formOf(rule()), coolDown: '5' }))).toMatchObject({ place: 'gates.cool_down' });
    const limit = (atMost: string, atMostPer: string) =>
      thrownBy(() => draftOf({ ...formOf(rule()), atMost, atMostPer }));
    expect(limit('3', '')).toMatchObject({ place: 'gates.at_most.per', missing: true });
    expect(limit('', '1h')).toMatchObject({ place: 'gates.at_most.count', missing: true });
    expect(limit('few', '1h')).toMatchObject({ place: 'gates.at_most.count', missing: false });
    expect(limit('3', 'soon')).toMatchObject({ place: 'gates.at_most.per', missing: false });
    expect(thrownBy(() => draftOf(formOf()))).toMatchObject({ place: 0, missing: true });
  });
});

import { describe, expect, it } from 'vitest';

import type { Event } from '../bindings/Event';
import type { Reading } from '../bindings/Reading';
import { jsonPath } from '../shared/path';
import { suggest } from './suggest';

const event = (reading: Reading, type = 'message'): Event => ({
  seq: 1,
  feed: 'f',
  at: 0,
  event: type,
  id: '',
  data: '{}',
  bytes: 2,
  readings: [reading],
});

describe('a rule of an event', () => {
  it.each([
    ['its value', event({ value: '61000.50' }, 'tick'), undefined, { value: { crosses_above: '61000.50' } }],
    ['its type', event({ title: 'x' }, 'alarm'), undefined, { event: 'alarm' }],
    ['a job', event({ key: 'j', progress: 3 }), undefined, { progress: { reaches_percent: '100' } }],
    ['its words', event({ title: 'Disk full' }), undefined, { text: { words: 'Disk full' } }],
    ['nothing at all', event({}), undefined, { event: 'message' }],
    ['a field', event({ value: '7' }), { path: '$.status', value: 'ok' }, { field: '$.status', equals: 'ok' }],
    ['a field that is true', event({}), { path: '$.up', value: true }, { field: '$.up', equals: true }],
    ['the value itself', event({ value: '7.0' }), { path: '$.p', value: 7 }, { value: { crosses_above: '7.0' } }],
    ['an empty list', event({}, 'alarm'), { path: '$.a', value: [] }, { event: 'alarm' }],
  ] as const)('begins with %s', (_, of, chosen, when) => {
    expect(suggest(of, chosen)).toMatchObject({ feeds: ['f'], when });
  });
});

describe('the path of a value', () => {
  it.each([
    [[], '$'],
    [['a', 'b_2', 0], '$.a.b_2[0]'],
    [['名', 'a b'], "$.名['a b']"],
    [["it's", 'a"b', 'back\\slash', '2x'], "$['it\\'s']['a\"b']['back\\\\slash']['2x']"],
  ])('%j is %s', (steps, path) => {
    expect(jsonPath(steps)).toBe(path);
  });
});

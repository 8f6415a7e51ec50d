import { describe, expect, it } from 'vitest';

import type { Condition } from '../bindings/Condition';
import { formatList, formatLiteral, parseList, parseLiteral } from './literal';
import { conditionOf, type Kind, newRow, rowOf } from './row';

const CASES: [Kind, Condition][] = [
  ['crosses_above', { value: { crosses_above: '60000', recovers_below: '59000' } }],
  ['crosses_above', { value: { crosses_above: '0.1234567890123456789012345678' } }],
  ['crosses_below', { value: { crosses_below: '0.1', recovers_above: '0.2' } }],
  ['above', { value: { above: '-5', recovers_below: '-6' } }],
  ['below', { value: { below: '1e3', recovers_above: '0' } }],
  ['changes_by', { value: { changes_by: '2.5', within: '10m' } }],
  ['changes_by_percent', { value: { changes_by_percent: '5', within: '1h30m', direction: 'down' } }],
  ['event', { event: 'alarm' }],
  ['words', { text: { words: 'disk full' } }],
  ['text', { text: { matches: '(?i) a.b\\n ' } }],
  ['field', { field: '$.status', equals: 'done' }],
  ['field', { field: '$.code', equals: 503 }],
  ['field', { field: '$.code', equals: '503' }],
  ['field', { field: '$.ok', equals: false }],
  ['field', { field: '$.ok', equals: 'false' }],
  ['field', { field: '$.gone', equals: null }],
  ['field', { field: '$.note', equals: '' }],
  ['field', { field: '$.note', equals: ' two\nlines, "quoted" ' }],
  ['field', { field: '$.status', differs: 'ok' }],
  ['field', { field: '$.gone', differs: null }],
  ['field', { field: '$.host', matches: '^web-\\d+$' }],
  ['field', { field: '$.level', in: ['warn', 'a, b', '5', 5, true, null, ''] }],
  ['rate_above', { rate: { above: 100, per: '1m' } }],
  ['rate_above', { rate: { above: 0, per: '1m' } }],
  ['rate_below', { rate: { below: 3, per: '2h' } }],
  ['silent_for', { silent_for: '2m' }],
  ['reaches_percent', { progress: { reaches_percent: '99.5' } }],
  ['stalls_for', { progress: { stalls_for: '5m' } }],
  ['cel', { cel: "value > 100.5 &&\n  data.status != 'draft'" }],
  ['json', { all: [{ event: 'a' }, { event: 'b' }] }],
  ['json', { any: [{ not: { event: 'a' } }] }],
  // What the fields cannot show without a loss.
  ['json', { text: { matches: 'a\nb' } }],
  ['json', { event: ' a ' }],
  ['json', { value: { above: '1', below: '2' } }],
  ['json', { text: { matches: 'a', words: 'b' } }],
];

describe('a row', () => {
  it.each(CASES)('%s: %j survives it', (kind, condition) => {
    expect(rowOf(condition)).toMatchObject({ kind, not: false });
    expect(conditionOf(rowOf(condition))).toEqual(condition);
  });

  it.each(CASES)('not %s: %j survives it', (kind, condition) => {
    expect(rowOf({ not: condition })).toMatchObject({ kind, not: true });
    expect(conditionOf(rowOf({ not: condition }))).toEqual({ not: condition });
  });

  it('sends levels as texts, so that no digit is lost', () => {
    expect(conditionOf(rowOf({ value: { above: 60000 } }))).toEqual({ value: { above: '60000' } });
    const json = '{"all":[{"value":{"above":0.1234567890123456789}},{"rate":{"above":5,"per":"1m"}}]}';
    expect(conditionOf({ ...newRow(), kind: 'json', json })).toEqual({
      all: [{ value: { above: '0.1234567890123456789' } }, { rate: { above: 5, per: '1m' } }],
    });
  });

  it.each<Kind>([...new Set(CASES.map(([kind]) => kind))])('%s wants something to ring for', (kind) => {
    expect(() => conditionOf({ ...newRow(), kind })).toThrow(expect.objectContaining({ missing: true }));
  });

  it.each([
    [{ kind: 'above', level: 'much' }, 'much'],
    [{ kind: 'above', level: '5', recovery: '4,5' }, '4,5'],
    [{ kind: 'silent_for', span: '5' }, '5'],
    [{ kind: 'silent_for', span: '0s' }, '0s'],
    [{ kind: 'rate_above', count: '1.5', span: '1m' }, '1.5'],
    [{ kind: 'json', json: '{' }, 'JSON'],
    [{ kind: 'json', json: '{"when":1}' }, 'silent_for'],
    [{ kind: 'json', json: '5' }, 'silent_for'],
  ] as const)('%j is refused at once', (fields, told) => {
    const expected = { missing: false, reason: expect.stringContaining(told) as string };
    expect(() => conditionOf({ ...newRow(), ...fields })).toThrow(expect.objectContaining(expected));
  });
});

describe('what a field is compared with', () => {
  it.each([
    ['done', 'done'],
    ['5', 5],
    ['5.0', '5.0'],
    ['12345678901234567890', '12345678901234567890'],
    ['"5"', '5'],
    ['true', true],
    ['"true"', 'true'],
    ['null', null],
    ['""', ''],
    ['"', '"'],
  ])('%s is %j', (text, value) => {
    expect(parseLiteral(text)).toBe(value);
    expect(formatLiteral(value)).toBe(text);
  });

  it('has commas between it', () => {
    expect(parseList('warn,  "a, b" ,5,, "x')).toEqual(['warn', 'a, b', 5, '"x']);
    expect(formatList(['warn', 'a, b', 5])).toBe('warn, "a, b", 5');
  });
});

import { describe, expect, it } from 'vitest';

import { formatBytes } from './bytes';
import { difference, formatDecimal, sign } from './decimal';
import { parseJson, tokens } from './json';
import { follow, jsonPath } from './path';
import { clipLine } from './text';
import { ago, secondsUntil } from './time';

describe('decimals', () => {
  it.each([
    ['61234.50', '61,234.50'],
    ['7.50', '7.50'],
    ['-0.10', '-0.10'],
    ['12345678901234567890.123456789', '12,345,678,901,234,567,890.123456789'],
    ['not a number', 'not a number'],
  ])('%s is shown as %s', (text, expected) => {
    expect(formatDecimal(text, 'en')).toBe(expected);
  });

  it.each([
    ['0.3', '0.1', '0.2'],
    ['10', '9.99', '0.01'],
    ['-1.5', '1', '-2.5'],
    ['9007199254740993', '9007199254740992', '1'],
    ['1', 'x', undefined],
  ])('%s - %s = %s', (a, b, expected) => {
    expect(difference(a, b)).toBe(expected);
  });

  it('have a sign', () => {
    expect(['-0.00', '-0.01', '3'].map(sign)).toEqual([0, -1, 1]);
  });
});

describe('json', () => {
  it('is cut into pieces that together are the text', () => {
    const text = '{"id": "a\\"b", "n": [-1.5e3, true, null]} tail';
    const found = tokens(text);
    expect(found.map((token) => token.text).join('')).toBe(text);
    expect(found.filter((token) => token.kind !== 'plain')).toEqual([
      { kind: 'key', text: '"id"' },
      { kind: 'string', text: '"a\\"b"' },
      { kind: 'key', text: '"n"' },
      { kind: 'number', text: '-1.5e3' },
      { kind: 'word', text: 'true' },
      { kind: 'word', text: 'null' },
    ]);
  });

  it.each(['<b>42</b> "x"', '', '42'])('is not seen in %j', (text) => {
    expect(tokens(text)).toEqual([{ kind: 'plain', text }]);
    expect(parseJson(text)).toBeUndefined();
  });

  it('that is cut short is no tree', () => {
    expect(parseJson('{"a": 1')).toBeUndefined();
    expect(parseJson(' [1]')).toEqual([1]);
  });
});

describe('time', () => {
  it.each([
    [0, 'now'],
    [-5_000, 'now'],
    [4_200, '4 s ago'],
    [180_000, '3 min ago'],
    [7_300_000, '2 h ago'],
  ])('%d ms ago is %s', (passed, expected) => {
    const now = 1_773_500_000_000;
    expect(ago(now - passed, now, 'en')).toBe(expected);
  });

  it('until then is at least a second', () => {
    expect([secondsUntil(9_001, 1_000), secondsUntil(1_000, 1_000), secondsUntil(0, 5_000)]).toEqual([9, 1, 1]);
  });
});

describe('a clipped text', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 4, 'long…'],
    ['ab👍', 3, 'ab…'],
    ['a\n b', 9, 'a b'],
  ])('%j to %d: %j', (text, length, expected) => {
    expect(clipLine(text, length)).toBe(expected);
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [52, '52 B'],
    [441, '441 B'],
    [1_500, '1.5 kB'],
    [16_777_216, '17 MB'],
    [81_200_000_000, '81 GB'],
  ])('%d is %s', (bytes, expected) => {
    expect(formatBytes(bytes, 'en')).toBe(expected);
  });
});

describe('a path', () => {
  it('leads to what it was made for, and `[*]` to all of a list', () => {
    const value = { "it's": [{ 中: 1 }, { 中: 2 }], 'a"\\b': 3 };
    expect(follow(value, jsonPath(["it's", 1, '中']))).toEqual([2]);
    expect(follow(value, jsonPath(['a"\\b']))).toEqual([3]);
    expect(follow(value, "$['it\\'s'][*].中")).toEqual([1, 2]);
    expect(follow(value, '$')).toEqual([value]);
  });

  it('leads nowhere where nothing is, and is left to the engine where it asks for more', () => {
    expect(follow({ a: [1] }, '$.a.b')).toEqual([]);
    expect(follow({ a: [1] }, '$.a[1]')).toEqual([]);
    expect(follow({ a: 'text' }, '$.a[0]')).toEqual([]);
    expect(follow({}, '$.constructor')).toEqual([]);
    for (const path of ['$..a', '$.a[?@.b]', '$.a[-1]', 'a', ''])
      expect(follow({ a: [1] }, path), path).toBeUndefined();
  });
});

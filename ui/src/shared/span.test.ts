import { expect, it } from 'vitest';

import { formatSpan, isSpan } from './span';

it.each([
  ['90s', true, '90 s'],
  ['1h30m', true, '1 h 30 min'],
  ['1d2h3m4s5ms', true, '1 d 2 h 3 min 4 s 5 ms'],
  [' 2 minutes ', true, ' 2 minutes '],
  ['0s', false, '0 s'],
  ['5', false, '5'],
  ['soon', false, 'soon'],
  ['5m and more', false, '5m and more'],
  ['', false, ''],
])('%j is a length of time: %s, %j', (text, is, words) => {
  expect(isSpan(text)).toBe(is);
  expect(formatSpan(text)).toBe(words);
});

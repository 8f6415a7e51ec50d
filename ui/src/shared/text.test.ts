import { describe, expect, it } from 'vitest';

import { webLink } from './link';
import { clip, clipLine, isolated } from './text';

describe('a text in a row', () => {
  it('is one line, whatever breaks lines', () => {
    expect(clipLine('a\n b\r\nc\u2028d\u2029e\u0085f\vg\fh')).toBe('a b c d e f g h');
  });

  it('has no towers of marks, and every mark that a language needs', () => {
    expect(clip(`a${'\u0301'.repeat(40)}b`)).toBe(`a${'\u0301'.repeat(5)}b`);
    const hebrew = 'בְּרֵאשִׁ֖ית';
    expect(clip(hebrew)).toBe(hebrew);
    expect(clip('👩‍👩‍👧 ❤️')).toBe('👩‍👩‍👧 ❤️');
  });

  it('is cut, and never inside a character', () => {
    expect(clip('x'.repeat(9), 5)).toBe('xxxxx…');
    expect(clip('aaaa👍', 5)).toBe('aaaa…');
  });
});

describe('a text among others', () => {
  it.each([
    ['plain, 看起来, 👍', 'plain, 看起来, 👍'],
    ['\u202Etxt.exe', '\u2068\u202Etxt.exe\u2069'],
    ['مرحبا', '\u2068مرحبا\u2069'],
    ['ends it \u2069 itself\u202E', '\u2068ends it  itself\u202E\u2069'],
    ['opens \u2067\u2066 two', '\u2068opens \u2067\u2066 two\u2069\u2069\u2069'],
    ['one \u2067x\u2069 whole\u2069', '\u2068one \u2067x\u2069 whole\u2069'],
  ])('turns nothing beside it: %j', (text, expected) => {
    expect(isolated(text)).toBe(expected);
  });
});

describe('a link', () => {
  it.each([
    ['https://news.example/a?b#c', 'https://news.example/a?b#c'],
    ['HTTP://News.example', 'http://news.example/'],
    ['javascript:alert(1)', undefined],
    [' \u0001javascript:alert(1)', undefined],
    ['java\nscript:alert(1)', undefined],
    ['data:text/html,<script>', undefined],
    ['file:///etc/passwd', undefined],
    ['//news.example', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is of the web or none: %j', (text, expected) => {
    expect(webLink(text)).toBe(expected);
  });
});

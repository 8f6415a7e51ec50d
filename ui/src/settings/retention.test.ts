import { describe, expect, it } from 'vitest';

import type { Feed } from '../bindings/Feed';
import { commonRetention, limitOf, retentionOf, saysRetention } from './retention';

const feed = (days: number): Feed =>
  ({ limits: { max_event_bytes: 1, idle_seconds: null, keep_days: days, keep_megabytes: 9 } }) as Feed;
const USUAL = { days: 90, megabytes: 512 };

describe('what is kept', () => {
  it('is in the limits of a feed', () => {
    expect(retentionOf(feed(7))).toEqual({ days: 7, megabytes: 9 });
  });

  it('of all feeds is what they agree on', () => {
    expect(commonRetention([feed(7), feed(7)], USUAL).days).toBe(7);
    expect(commonRetention([feed(7), feed(8)], USUAL)).toEqual(USUAL);
    expect(commonRetention([], USUAL)).toEqual(USUAL);
  });

  it.each([
    [{ days: 90, megabytes: 512 }, 'Kept: 90 days, 512 MB'],
    [{ days: 1, megabytes: 2000 }, 'Kept: 1 day, 2 GB'],
    [{ days: 0, megabytes: 0 }, 'Kept: for ever, any size'],
  ])('%j in words', (retention, words) => {
    expect(saysRetention(retention, 'en')).toBe(words);
  });

  it.each([
    ['', 0],
    [' 30 ', 30],
    ['0', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['99999999999', undefined],
  ])('%j is the limit %s', (text, limit) => {
    expect(limitOf(text)).toBe(limit);
  });
});

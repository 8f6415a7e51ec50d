import { describe, expect, it } from 'vitest';

import type { Feed } from '../bindings/Feed';
import { linkTo, mayTell } from './link';

const FEED: Feed = {
  id: 'prices',
  name: 'Preise & 价格 + "50 %"',
  url: 'https://a.example/x?a=1&b=2#c',
  view: 'price',
  group: 'Money',
  map: {},
  notify: 'all',
  enabled: true,
  headers: { 'X-Key': null },
  auth: { type: 'basic', user: 'ann' },
  limits: { idle_seconds: 1, max_event_bytes: 1, keep_days: 1, keep_megabytes: 1 },
};

describe('a link to a feed', () => {
  it('says what it takes to add it, and nothing else', () => {
    const link = new URL(linkTo({ feed: FEED }));
    expect([link.protocol, link.host]).toEqual(['streambell:', 'add']);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      url: FEED.url,
      name: FEED.name,
      view: 'price',
      group: 'Money',
    });
    const { id, name, url, map, notify, enabled, headers, limits } = FEED;
    const plain = { id, name, url, map, notify, enabled, headers, limits };
    expect([...new URL(linkTo({ feed: plain })).searchParams.keys()]).toEqual(['url', 'name']);
  });

  it('may tell a token that is in the address', () => {
    expect(
      ['https://a.example/x?t=1', 'https://a.example/x', 'https://a.example/?', 'no address'].map(mayTell),
    ).toEqual([true, false, false, false]);
  });
});

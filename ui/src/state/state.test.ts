import { describe, expect, it } from 'vitest';

import { chooseLocale, intlLocale } from './appearance.svelte';
import { Rate } from './rate';
import { address, parse, type Route } from './route.svelte';

describe('the language', () => {
  it.each([
    ['zh', ['en-GB'], 'zh'],
    [null, ['zh-CN', 'en'], 'zh'],
    [null, ['de-DE', 'en-GB'], 'en'],
    [null, ['c'], 'en'],
    ['xx', [], 'en'],
  ] as const)('chosen %j, system %j: %s', (chosen, system, expected) => {
    expect(chooseLocale(chosen, system)).toBe(expected);
  });

  it.each([
    ['en', ['en-GB'], 'en-GB'],
    ['en', ['c'], 'en'],
    ['en', ['en-'], 'en'],
    ['zh', ['zh-TW'], 'zh-TW'],
  ] as const)('of numbers: %s on a system of %j is %s', (locale, system, expected) => {
    expect(intlLocale(locale, system)).toBe(expected);
    expect(() => new Intl.NumberFormat(expected)).not.toThrow();
  });
});

describe('an address', () => {
  it.each<Route>([
    { page: 'dashboard' },
    { page: 'alerts' },
    { page: 'rules' },
    { page: 'history', search: '', feed: '' },
    { page: 'history', search: 'a b&c #1 %', feed: 'x' },
    { page: 'settings', section: 'about' },
    { page: 'feed', id: 'a/b ?#%é' },
    { page: 'feed', id: 'a', event: 7 },
    { page: 'feed', id: 'a', type: 'alarm &?', key: '§', priority: 4, unread: true, since: 5, until: 9 },
    { page: 'history', search: '', feed: '', within: '7d', type: 'x' },
  ])('comes back: %j', (route) => {
    expect(parse(address(route))).toEqual(route);
  });

  it.each(['', '#', '#/nowhere', '#/../x'])('that is not known is the dashboard: %j', (hash) => {
    expect(parse(hash)).toEqual({ page: 'dashboard' });
  });

  it('is not believed everything', () => {
    const hash = '#/feed/a?priority=9&since=-4&until=x&within=3y&event=0&type=';
    expect(parse(hash)).toEqual({ page: 'feed', id: 'a' });
  });

  it('that is none leads to no feed', () => {
    expect(parse('#/feed/%E0%A4%A')).toEqual({ page: 'feed', id: '%E0%A4%A' });
  });

  it('of an unknown section is the feeds', () => {
    expect(parse('#/settings/x')).toEqual({ page: 'settings', section: 'feeds' });
  });
});

describe('the rate', () => {
  it('is the mean of the last five whole seconds', () => {
    const rate = new Rate();
    for (let second = 0; second < 10; second += 1) rate.count(40, second * 1000 + 10);
    expect(rate.perSecond(10_000)).toBe(40);
    expect(rate.perSecond(12_500)).toBe(24);
    expect(rate.perSecond(60_000)).toBe(0);
  });

  it('leaves out the second that is not over', () => {
    const rate = new Rate();
    rate.count(500, 1000);
    expect(rate.perSecond(1999)).toBe(0);
    expect(rate.perSecond(2000)).toBe(100);
  });
});

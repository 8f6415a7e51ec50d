import { describe, expect, it } from 'vitest';

import type { Feed } from '../bindings/Feed';
import { groupsOf, moved } from './groups';

const feed = (id: string, group?: string) => ({ id, feed: { id, ...(group ? { group } : {}) } as Feed });
const FEEDS = [feed('a', 'Prices'), feed('b'), feed('c', 'Builds'), feed('d', 'Prices'), feed('e')];

describe('groups of feeds', () => {
  it('are in the order of their first feeds, after those without one', () => {
    const groups = groupsOf(FEEDS).map(({ name, feeds }) => [name, feeds.map(({ id }) => id).join('')]);
    expect(groups).toEqual([
      ['', 'be'],
      ['Prices', 'ad'],
      ['Builds', 'c'],
    ]);
    expect(groupsOf([])).toEqual([]);
  });

  it.each([
    ['e', -1, 'ebadc'],
    ['a', 1, 'bedac'],
    ['b', -1, 'beadc'],
    ['c', 1, 'beadc'],
    ['gone', 1, 'beadc'],
  ] as const)('%s moves by %i inside its group', (id, by, order) => {
    expect(moved(groupsOf(FEEDS), id, by).join('')).toBe(order);
  });
});

import { describe, expect, it } from 'vitest';

import type { Card } from '../bindings/Card';
import { FeedModel } from '../state/feed.svelte';
import { place } from './layout';
import { groupMoved, moved, orderOf, sectionsOf, spotOf } from './sections';
import { stepped, withColumns, wishOf } from './size';

const LIMITS = { max_event_bytes: 1, idle_seconds: null, keep_days: 90, keep_megabytes: 512 };

const size = { least: 4, best: 5, most: 8, rows: 3 };

function feed(id: string, group?: string): FeedModel {
  return new FeedModel({
    feed: {
      id,
      name: id,
      url: 'http://127.0.0.1/',
      notify: 'rules',
      enabled: true,
      limits: LIMITS,
      ...(group ? { group } : {}),
    },
    view: 'log',
    status: { type: 'paused' },
    unread: 0,
    last_event_at: null,
    last_byte_at: null,
    muted_until: null,
    card: {},
    events: [],
  });
}

describe("a card's size", () => {
  it('is what suits its view until the user sizes it', () => {
    expect(wishOf(size, {}, 12)).toEqual(size);
    expect(wishOf(size, { columns: 9 }, 12)).toMatchObject({ least: 9, best: 9, most: 9, rows: 3 });
    expect(wishOf(size, { rows: 5 }, 12)).toMatchObject({ best: 5, rows: 5, fixed: true });
  });

  it('is in proportion on a smaller window, and can be read there', () => {
    const widths = (card: Card) => [12, 8, 4].map((width) => wishOf(size, card, width).best);
    expect(widths({ columns: 12 })).toEqual([12, 8, 4]);
    expect(widths({ columns: 9 })).toEqual([9, 6, 4]);
    expect(widths({ columns: 2 })).toEqual([2, 4, 4]);
  });

  it.each([12, 8, 4])('comes back as it was given, on %i columns', (width) => {
    for (let columns = Math.min(size.least, width); columns <= width; columns += 1)
      expect(wishOf(size, withColumns({}, size, columns, width), width).best).toBe(columns);
  });

  it('changes in steps from what is drawn, within bounds', () => {
    const [at] = place([size], 12);
    if (!at) throw new Error('it has a place');
    expect(stepped({}, size, at, 'wider', 12)).toEqual({ columns: 9 });
    expect(stepped({ window: 'hour' }, size, at, 'taller', 12)).toEqual({ rows: 4, window: 'hour' });
    expect(stepped({}, size, { ...at, columns: 12 }, 'wider', 12)).toEqual({ columns: 12 });
    expect(stepped({}, size, { ...at, columns: 2 }, 'narrower', 12)).toEqual({ columns: 2 });
    expect(stepped({}, size, { ...at, rows: 2 }, 'shorter', 12)).toEqual({ rows: 2 });
  });
});

describe('sections', () => {
  const [a, b, c, d] = [feed('a', 'Markets'), feed('b'), feed('c', 'Builds'), feed('d', 'Markets')];
  const sections = sectionsOf([a, b, c, d]);

  it('have what is in no group first, then each group where its first feed stands', () => {
    expect(sections.map(({ group, feeds }) => [group, ...feeds.map(({ id }) => id)])).toEqual([
      ['', 'b'],
      ['Markets', 'a', 'd'],
      ['Builds', 'c'],
    ]);
    expect(sectionsOf([])).toEqual([]);
    expect(spotOf(sections, d)).toEqual({ group: 'Markets', index: 1 });
  });

  it('take a feed from one place to another', () => {
    expect(orderOf(moved(sections, d, { group: 'Markets', index: 0 }))).toEqual(['b', 'd', 'a', 'c']);
    expect(orderOf(moved(sections, d, { group: 'Builds', index: 1 }))).toEqual(['b', 'a', 'c', 'd']);
    expect(moved(sections, c, { group: '', index: 0 }).at(-1)).toEqual({ group: 'Builds', feeds: [] });
  });

  it('take a feed into a group that there is not yet', () => {
    const groups = (to: string) => moved(sections, a, { group: to, index: 0 }).map(({ group }) => group);
    expect(groups('New')).toEqual(['', 'Markets', 'Builds', 'New']);
    const alone = sectionsOf([a, c]);
    expect(moved(alone, c, { group: '', index: 0 }).map(({ group, feeds }) => [group, feeds.length])).toEqual([
      ['', 1],
      ['Markets', 1],
      ['Builds', 0],
    ]);
  });

  it('stand in another order', () => {
    const order = (group: string, before?: string) => orderOf(groupMoved(sections, group, before));
    expect(order('Builds', 'Markets')).toEqual(['b', 'c', 'a', 'd']);
    expect(order('Markets')).toEqual(['b', 'c', 'a', 'd']);
    expect(order('Builds')).toEqual(['b', 'a', 'd', 'c']);
    expect(order('Builds', 'Builds')).toEqual(['b', 'a', 'd', 'c']);
  });
});

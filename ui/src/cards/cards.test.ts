import { describe, expect, it } from 'vitest';

import type { Event } from '../bindings/Event';
import type { Reading } from '../bindings/Reading';
import { FeedModel } from '../state/feed.svelte';
import { messages } from './chat/chat';
import { fit } from './fit';
import { place } from './layout';
import { items } from './news/news';
import { line } from './price/line';
import { symbols } from './price/price';
import { jobs } from './progress/progress';
import { game } from './score/score';
import { tasks } from './tasks/tasks';

/** A feed to which one event a reading came. */
function feed(...readings: Reading[]): FeedModel {
  const events = readings.map((reading, index): Event => ({
    seq: index + 1,
    feed: 'a',
    at: (index + 1) * 1000,
    event: 'message',
    id: '',
    data: 'raw',
    bytes: 3,
    readings: [reading],
  }));
  return new FeedModel({
    feed: { id: 'a', name: 'a', url: 'http://127.0.0.1/', notify: 'rules', enabled: true },
    view: 'log',
    status: { type: 'paused' },
    unread: 0,
    last_event_at: null,
    last_byte_at: null,
    muted_until: null,
    card: {},
    events,
  });
}

describe('prices', () => {
  it('tell the change since the oldest one that is kept, exactly', () => {
    const [bitcoin] = symbols(
      feed({ key: 'BTC', value: '0.3', unit: 'USD' }, { key: 'BTC', value: '0.1' }, { key: 'BTC', value: '0.2' }),
    );
    expect(bitcoin).toMatchObject({ value: '0.2', unit: 'USD', change: '-0.1', direction: -1, since: 1000 });
    expect(bitcoin?.percent).toBeCloseTo(-33.3, 1);
    expect(bitcoin?.points).toEqual([0.3, 0.1, 0.2]);
  });

  it('keep the place where they were first seen', () => {
    const model = feed({ key: 'B', value: '1' }, { key: 'A', value: '1' });
    const event = (seq: number, key: string): Event => ({
      ...(model.events[0] as Event),
      seq,
      readings: [{ key, value: '2' }],
    });
    // More than are kept: the first ones of both are gone, the order stays.
    model.append(Array.from({ length: 400 }, (_, index) => event(index + 3, index % 2 ? 'B' : 'A')));
    expect(symbols(model).map(({ key }) => key)).toEqual(['B', 'A']);
  });

  it('from zero have no percent', () => {
    expect(symbols(feed({ value: '0' }, { value: '5' }))[0]).toMatchObject({ percent: undefined, change: '5' });
  });

  it('are drawn over the whole width, the lowest at the bottom', () => {
    expect(line([1, 3, 2], 100, 112)).toEqual([
      [0, 106],
      [50, 6],
      [100, 56],
    ]);
    expect(line([5], 100, 50)).toEqual([
      [0, 25],
      [100, 25],
    ]);
    expect(line([Number.NaN], 100, 50)).toEqual([]);
  });
});

describe('jobs', () => {
  it('stand where their last reading says', () => {
    const all = jobs(
      feed(
        { key: 'x', progress: 1, total: 4 },
        { key: 'y', progress: 250 },
        { key: 'x', state: 'failed' },
        { key: 'z', progress: 10 },
        { key: 'w', state: 'done' },
        { key: 'z', state: 'removed' },
      ),
    );
    expect(all.map(({ key, percent, state }) => [key, percent, state])).toEqual([
      ['x', 25, 'failed'],
      ['y', 100, 'open'],
      ['w', 100, 'done'],
    ]);
  });
});

describe('a game', () => {
  const score = (home: string, away: string) => ({ home: 'H', away: 'A', home_score: home, away_score: away });

  it('knows who scored last', () => {
    const now = game(feed({ score: score('1', '0') }, { score: score('1', '3'), title: 'Q3' }, { value: '1' }));
    expect(now).toMatchObject({ score: score('1', '3'), caption: 'Q3', last: { side: 'A', points: '3' } });
  });

  it('tells when in the game it is, if the server says so', () => {
    expect(game(feed({ title: 'Cup', score: { ...score('1', '0'), moment: 'Q3' } }))?.caption).toBe('Q3');
  });

  it('is none before the first score', () => {
    expect(game(feed({ value: '1' }))).toBeUndefined();
  });
});

describe('chat, news and tasks', () => {
  it('chat tells who and what, or the data as it came', () => {
    const said = messages(feed({ key: 'mia', body: 'hi' }, { title: 'bot', body: 'done' }, {}).events);
    expect(said.map(({ who, text }) => [who, text])).toEqual([
      ['mia', 'hi'],
      ['bot', 'done'],
      ['', 'raw'],
    ]);
  });

  it('news are newest first, and new as far as they are unread', () => {
    const shown = items(feed({ title: 'old' }, { title: 'new', link: 'https://x.example/' }).events, 1, 5);
    expect(shown.map(({ title, link, unread }) => [title, link, unread])).toEqual([
      ['new', 'https://x.example/', true],
      ['old', undefined, false],
    ]);
  });

  it('tasks are added, renamed, ticked and removed', () => {
    const list = tasks(
      feed(
        { key: '1', title: 'one' },
        { key: '2', title: 'two' },
        { key: '1', state: 'done' },
        { key: '2', state: 'removed' },
        { title: 'three' },
      ),
    );
    expect(list).toEqual([
      { key: '1', title: 'one', done: true },
      { key: 'three', title: 'three', done: false },
    ]);
  });
});

describe('the layout', () => {
  const price = { least: 4, best: 5, most: 8, rows: 3 };
  const score = { least: 3, best: 3, most: 5, rows: 3 };
  const log = { least: 4, best: 6, most: 12, rows: 2 };

  it('fills a shelf, best widths first', () => {
    expect(place([price, price, score, log], 12)).toEqual([
      { column: 0, row: 0, columns: 5, rows: 3 },
      { column: 5, row: 0, columns: 4, rows: 3 },
      { column: 9, row: 0, columns: 3, rows: 3 },
      { column: 0, row: 3, columns: 12, rows: 2 },
    ]);
  });

  it('leaves room beside a card that would only be empty', () => {
    expect(place([score], 12)).toEqual([{ column: 0, row: 0, columns: 5, rows: 3 }]);
  });

  it('never goes over the edge', () => {
    for (const width of [1, 2, 4, 8, 12]) {
      for (const { column, columns } of place([price, score, log, log, score, price], width)) {
        expect(column + columns).toBeLessThanOrEqual(width);
      }
    }
  });

  it('draws as many rows as fit, with room to say how many more', () => {
    expect([fit(3, 100, 30), fit(4, 100, 30), fit(9, 10, 30)]).toEqual([3, 2, 0]);
  });
});

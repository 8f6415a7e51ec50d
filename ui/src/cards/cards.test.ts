import { describe, expect, it } from 'vitest';

import type { Event } from '../bindings/Event';
import type { Moment } from '../bindings/Moment';
import type { Reading } from '../bindings/Reading';
import { FeedModel } from '../state/feed.svelte';
import { messages } from './chat/chat';
import { fit } from './fit';
import { place } from './layout';
import { items } from './news/news';
import { line, scaleOf } from './price/line';
import { symbols } from './price/price';
import { spread } from './price/spread';
import { isOver, jobs, rate, remaining, took } from './progress/progress';
import { game } from './score/score';
import { tasks } from './tasks/tasks';

const LIMITS = { max_event_bytes: 1, idle_seconds: null, keep_days: 90, keep_megabytes: 512 };

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
    feed: { id: 'a', name: 'a', url: 'http://127.0.0.1/', notify: 'rules', enabled: true, limits: LIMITS },
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
    expect(bitcoin).toMatchObject({
      value: '0.2',
      unit: 'USD',
      change: { amount: '-0.1', direction: -1, since: 1000 },
    });
    expect(bitcoin?.change.percent).toBeCloseTo(-33.3, 1);
    expect(bitcoin?.points.map(({ value }) => value)).toEqual([0.3, 0.1, 0.2]);
  });

  it('are called by their headlines where they have one, and told apart by their keys', () => {
    const rows = symbols(
      feed(
        { key: '5tsqq6', title: 'ACME', value: '1' },
        { key: '8f2k0c', title: 'ACME', value: '2' },
        { key: 'BTC', value: '3' },
      ),
    );
    expect(rows.map(({ key, name }) => [key, name])).toEqual([
      ['5tsqq6', 'ACME'],
      ['8f2k0c', 'ACME'],
      ['BTC', 'BTC'],
    ]);
  });

  it('are gone when their symbol is, and come back as new', () => {
    const readings: Reading[] = [
      { key: 'BTC', value: '10' },
      { key: 'ETH', value: '1' },
      { key: 'BTC', value: '11', state: 'removed' },
    ];
    expect(symbols(feed(...readings)).map(({ key }) => key)).toEqual(['ETH']);
    const again = symbols(feed(...readings, { key: 'BTC', value: '12' }));
    expect(again.map(({ key, value }) => [key, value])).toEqual([
      ['BTC', '12'],
      ['ETH', '1'],
    ]);
    expect(again[0]?.change.amount).toBe('0');
  });

  it('tell the change since a window and since the day began, as the history knows them', () => {
    const model = feed({ key: 'BTC', value: '10' }, { key: 'BTC', value: '12' }, { title: 'no key', value: '1' });
    const trend = (at: number, value: string, ...moments: Moment[]) =>
      new Map([['BTC', { key: 'BTC', base: { at, value }, moments }]]);
    const [bitcoin, other] = symbols(model, {
      since: 500,
      window: trend(100, '8', { at: 700, value: '9' }, { at: 1500, value: '11' }),
      today: trend(50, '16'),
    });
    expect(bitcoin?.change).toEqual({ amount: '4', percent: 50, direction: 1, since: 100 });
    expect(bitcoin?.today).toEqual({ amount: '-4', percent: -25, direction: -1, since: 50 });
    // What held when the window began, what the history knows of it, then the events one by one.
    expect(bitcoin?.points.map(({ at, value }) => [at, value])).toEqual([
      [500, 8],
      [700, 9],
      [1000, 10],
      [2000, 12],
    ]);
    expect(other).toMatchObject({ change: { amount: '0' }, today: undefined });
  });

  it('without the history tell it from the events, in the window', () => {
    const model = feed({ value: '5' }, { value: '6' }, { value: '9' });
    const [only] = symbols(model, { since: 2500, window: new Map(), today: new Map() });
    expect(only).toMatchObject({ change: { amount: '3', since: 2000 }, today: undefined });
    expect(only?.points.map(({ at, value }) => [at, value])).toEqual([
      [2500, 6],
      [3000, 9],
    ]);
  });

  it('of a feed that is seconds old are drawn from the first that came, not from the minute it came in', () => {
    const at = 600_000 + 40_000;
    const model = feed({ key: 'BTC', value: '10' }, { key: 'BTC', value: '11' });
    const events = model.events.map((event, index) => ({ ...event, at: at + index * 1000 }));
    const moved = { events, rank: (key: string) => model.rank(key) };
    const base = { at: 600_000, value: '10' };
    const trend = { key: 'BTC', base, moments: [{ at: at + 1000, value: '11' }] };
    const past = { since: at - 86_400_000, window: new Map([['BTC', trend]]), today: new Map() };
    const [bitcoin] = symbols(moved, past);
    expect(bitcoin?.points.map(({ at, value }) => [at, value])).toEqual([
      [at, 10],
      [at + 1000, 11],
    ]);
    // Of one that is as old as an earlier minute the history knows more than the window.
    const older = { ...trend, base: { at: 540_000, value: '9' } };
    const [known] = symbols(moved, { ...past, window: new Map([['BTC', older]]) });
    expect(known?.points[0]).toEqual({ at: 540_000, value: 9 });
  });

  it('that came together lie as far apart as the server says, whatever its clock', () => {
    const told = (at: number, value: string, time?: number) => ({ at, value, time });
    expect(spread([told(5000, '1', 100_000), told(5001, '2', 130_000), told(5002, '3', 160_000)])).toEqual([
      { at: -54_998, value: '1' },
      { at: -24_998, value: '2' },
      { at: 5002, value: '3' },
    ]);
    // Where it says nothing, the last of a moment is known; and none is later than it came.
    expect(spread([told(1000, '1'), told(5000, '2'), told(5000, '3'), told(5010, '4')])).toEqual([
      { at: 1000, value: '1' },
      { at: 5000, value: '3' },
      { at: 5010, value: '4' },
    ]);
    expect(spread([told(1000, '1', 9000), told(1001, '2', 3000)]).map(({ at }) => at)).toEqual([1000, 1001]);
    // Live ones, apart from each other, are where they came.
    expect(spread([told(1000, '1', 0), told(9000, '2', 60_000)]).map(({ at }) => at)).toEqual([1000, 9000]);
    expect(spread([])).toEqual([]);
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
    expect(symbols(feed({ value: '0' }, { value: '5' }))[0]).toMatchObject({
      change: { percent: undefined, amount: '5' },
    });
  });

  it('are drawn over the whole width, each at its time, the lowest at the bottom', () => {
    const spots = (...values: number[]) => values.map((value, index) => ({ at: index * index, value }));
    expect(line(spots(1, 3, 2), 100, 112)).toEqual([
      [0, 106],
      [25, 6],
      [100, 56],
    ]);
    // One is no line: a dot where it ended.
    expect(line(spots(5), 100, 50)).toEqual([[100, 25]]);
    expect(line(spots(Number.NaN), 100, 50)).toEqual([]);
  });

  it('make room for a level that is near, not for one that would make the line flat', () => {
    const spots = [
      { at: 0, value: 100 },
      { at: 1, value: 110 },
    ];
    expect(scaleOf(spots, [115, 95, 500])).toEqual({ low: 95, high: 115 });
    expect(scaleOf(spots, [])).toEqual({ low: 100, high: 110 });
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

  it('know their pace since they were first heard of, and what is left', () => {
    const model = feed(
      { key: 'x', progress: 1, total: 50 },
      { key: 'y', state: 'open' },
      { key: 'x', progress: 11, total: 50 },
    );
    const [x, y] = jobs(model);
    expect(x && rate(x)).toBe(20 * 30);
    expect(x && remaining(x, 3000)).toBe(7800);
    expect(x && remaining(x, 5000)).toBe(5800);
    expect(x && remaining(x, 60_000)).toBeUndefined(); // later than it said
    expect(y && rate(y)).toBeUndefined();
    // Of many events the first ones are let go of; the pace is still told from where it began.
    const chatter = { ...(model.events[0] as Event), readings: [{ key: 'z', progress: 1 }] };
    model.append(Array.from({ length: 400 }, (_, index) => ({ ...chatter, seq: index + 4 })));
    const again = jobs(model).find(({ key }) => key === 'x');
    expect(again && rate(again)).toBe(20 * 30);
  });

  it('that begin anew have a new pace', () => {
    const [x] = jobs(feed({ key: 'x', progress: 90 }, { key: 'x', progress: 2 }, { key: 'x', progress: 3 }));
    expect(x && rate(x)).toBe(60);
  });

  it('say how long they took, if their beginning was heard, and are over a while later', () => {
    const [x, y, z] = jobs(
      feed(
        { key: 'x', progress: 0 },
        { key: 'y', progress: 40 },
        { key: 'x', progress: 100, state: 'done' },
        { key: 'y', progress: 100, state: 'done' },
        { key: 'z', progress: 10, state: 'failed' },
      ),
    );
    expect([x && took(x), y && took(y), z && took(z)]).toEqual([2000, undefined, undefined]);
    const minutes = 60_000;
    expect([x && isOver(x, 9 * minutes), x && isOver(x, 11 * minutes)]).toEqual([false, true]);
    expect([z && isOver(z, 59 * minutes), z && isOver(z, 61 * minutes)]).toEqual([false, true]);
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

  it('news have their text beside the title, and once', () => {
    const { events } = feed({ title: 'Disk', body: 'sda1\nis full' }, { body: 'no title' }, { title: 'no text' });
    expect(items(events, 0, 9).map(({ title, body }) => [title, body])).toEqual([
      ['no text', ''],
      ['no title', ''],
      ['Disk', 'sda1 is full'],
    ]);
  });

  it('news are replaced and withdrawn by their key', () => {
    const { events } = feed(
      { key: 'a', title: 'first' },
      { title: 'no key' },
      { key: 'b', title: 'draft' },
      { key: 'a', title: 'first', state: 'removed' },
      { key: 'b', title: 'final' },
      { title: 'no key' },
    );
    const twice = {
      ...(events[4] as Event),
      readings: [{ key: 'c', title: 'old' }, { title: 'x' }, { key: 'c', title: 'new' }],
    };
    expect(items([...events, twice], 0, 9).map(({ title }) => title)).toEqual([
      'x',
      'new',
      'no key',
      'final',
      'no key',
    ]);
    expect(items(events, 0, 2).map(({ title }) => title)).toEqual(['no key', 'final']);
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

  it('leaves a card as tall as the user made it', () => {
    const [short, other] = place([{ ...price, rows: 2, fixed: true }, price], 12);
    expect([short?.rows, other?.rows]).toEqual([2, 3]);
  });

  it('draws as many rows as fit, with room to say how many more', () => {
    expect([fit(3, 100, 30), fit(4, 100, 30), fit(9, 10, 30)]).toEqual([3, 2, 0]);
  });
});

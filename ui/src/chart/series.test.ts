import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Backend } from '../backend';
import type { Event } from '../bindings/Event';
import type { Series } from '../bindings/Series';
import type { SeriesQuery } from '../bindings/SeriesQuery';
import { PARTS, SeriesModel } from './series.svelte';

function event(seq: number, at: number, value: string, key = 'a'): Event {
  return { seq, feed: 'f', at, event: 'message', id: '', data: '', bytes: 0, readings: [{ key, value }] };
}

/** An engine that answers when it is told to. */
function engine() {
  const asked: SeriesQuery[] = [];
  const answers: ((series: Series) => void)[] = [];
  const backend = {
    series: (query: SeriesQuery) => {
      asked.push(query);
      return new Promise<Series>((answer) => answers.push(answer));
    },
  } as unknown as Backend;
  const point = { first: '1', low: '1', high: '1', last: '1' };
  const series = { keys: ['a', 'b'], key: 'a', since: 0, until: PARTS, points: [{ at: 100, ...point }], gaps: [] };
  const answer = async (index: number, given: Partial<Series> = {}) => {
    answers[index]?.({ ...series, ...given });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { asked, answer, model: new SeriesModel(backend) };
}

const values = (model: SeriesModel) => model.points.map(({ at, last }) => [at, last]);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the values of a key', () => {
  it('go on with what comes, none twice and none lost', async () => {
    const { asked, answer, model } = engine();
    model.ask({ feed: 'f', since: 0 });
    model.follow([event(1, 50, '9')]);
    await answer(0);
    const before = [event(1, 50, '9'), event(2, 100, '1')];
    model.follow(before);
    expect(values(model)).toEqual([[100, '1']]);
    // Two batches of one moment, and the first of them again.
    model.follow([...before, event(3, 102, '2'), event(4, 110, '3')]);
    model.follow([...before, event(3, 102, '2'), event(4, 110, '3'), event(5, 110, '4'), event(6, 120, '7', 'b')]);
    expect(values(model)).toEqual([
      [100, '1'],
      [102, '2'],
      [110, '4'],
    ]);
    expect(model.points[2]).toMatchObject({ first: '3', low: '3', high: '4' });
    model.follow([event(7, 130, '1', 'new')]);
    expect(model.keys).toEqual(['a', 'b', 'new']);
    expect(asked).toHaveLength(1);
  });

  it('of a part that stands still take nothing that comes', async () => {
    const { answer, model } = engine();
    model.ask({ feed: 'f', since: 0, until: 200 });
    await answer(0);
    model.follow([event(9, 150, '5')]);
    expect(values(model)).toEqual([[100, '1']]);
  });

  it('begin with the first that comes where there was none', async () => {
    const { answer, model } = engine();
    model.ask({ feed: 'f', since: 0 });
    await answer(0, { keys: [], key: null, points: [] });
    model.follow([event(1, 5, '0.10', '')]);
    expect([model.key, values(model)]).toEqual(['', [[5, '0.10']]]);
  });

  it('are those of the last question, whichever answer comes last', async () => {
    const { answer, model } = engine();
    model.ask({ feed: 'f', key: 'a' });
    model.ask({ feed: 'f', key: 'b' });
    await answer(1, { key: 'b' });
    await answer(0, { key: 'a' });
    expect(model.key).toBe('b');
  });

  it('are asked for once where a wheel turns, and once where much was missed', async () => {
    const { asked, model, answer } = engine();
    for (let turn = 0; turn < 20; turn += 1) model.ask({ feed: 'f', since: turn, until: 100 }, true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.map(({ since }) => since)).toEqual([19]);
    await answer(0);
    for (let batch = 0; batch < 20; batch += 1) model.catchUp();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
    model.catchUp();
    model.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
  });

  it('are bounded, however long they are looked at', async () => {
    const { asked, answer, model } = engine();
    model.ask({ feed: 'f', since: 0 });
    await answer(0);
    for (let seq = 1; seq < 5000; seq += 1) model.follow([event(seq, 100 + 10 * seq, '1')]);
    expect(model.points.length).toBeLessThanOrEqual(3 * PARTS);
    expect(asked).toHaveLength(1);
    model.ask({ feed: 'f' });
    await answer(1);
    for (let seq = 1; seq < 5000; seq += 1) {
      model.follow([event(seq, 100 + 10 * seq, '1')]);
      await vi.advanceTimersByTimeAsync(2);
    }
    expect(asked.length).toBeGreaterThan(2);
  });
});

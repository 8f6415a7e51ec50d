import { describe, expect, it } from 'vitest';

import type { Event } from '../bindings/Event';
import { linesOf } from './rows';

const event = (at: number) => ({ seq: at, at }) as Event;
const gap = (since: number, until: number) => ({ since, until, recovered: null });

/** The lines in short: an event's time, a gap's end in brackets. */
const short = (events: Event[], gaps: ReturnType<typeof gap>[]) =>
  linesOf(events, gaps).map(({ event, gap }) => (event ? event.at : [gap?.until]));

describe('the lines of a list', () => {
  it('have each gap below what came after it', () => {
    const events = [9, 7, 5, 3].map(event);
    expect(short(events, [])).toEqual([9, 7, 5, 3]);
    expect(short(events, [gap(7, 9), gap(5, 6), gap(4, 5)])).toEqual([9, [9], 7, [6], 5, [5], 3]);
    expect(short(events, [gap(20, 30), gap(10, 12), gap(1, 2)])).toEqual([[30], [12], 9, 7, 5, 3, [2]]);
    expect(short([], [gap(1, 2)])).toEqual([[2]]);
  });
});

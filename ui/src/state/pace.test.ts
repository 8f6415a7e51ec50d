import { describe, expect, it } from 'vitest';

import type { Change } from '../bindings/Change';
import { Pace } from './pace';

/** A window whose changes cost script, and whose frames cost what a test says. */
function bench(script: number, frameCost: () => number = () => 16) {
  let now = 0;
  const drawn: string[] = [];
  const frames: number[] = [];
  let counted = 0;
  const pace = new Pace(
    (change) => {
      drawn.push((change as { feed: string }).feed);
      now += script;
    },
    async () => {
      frames.push(drawn.length - counted);
      counted = drawn.length;
      now += frameCost();
    },
    () => now,
  );
  return { pace, drawn, frames };
}

const changes = (count: number): Change[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'read', feed: `${index}` }));

describe('the pace', () => {
  it('draws at once what it can', () => {
    const { pace, drawn } = bench(1);
    void pace.take(changes(3));
    expect(drawn).toEqual(['0', '1', '2']);
  });

  it('leaves the rest to the next frames, in order, and says when all is drawn', async () => {
    const { pace, drawn, frames } = bench(4);
    await pace.take(changes(7));
    expect(drawn).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(frames).toEqual([2, 2, 2, 1]);
  });

  it('does less in a frame when frames are felt, and more again when they are not', async () => {
    let cost = 100;
    const { pace, frames } = bench(1, () => cost);
    await pace.take(changes(15));
    expect(frames).toEqual([8, 4, 2, 1]);
    cost = 16;
    await pace.take(changes(10));
    expect(frames.slice(4)).toEqual([1, 2, 3, 4]);
  });

  it('goes on after a change that can not be drawn', async () => {
    const { pace, drawn } = bench(1, () => {
      if (drawn.length === 1) throw new Error('not this one');
      return 16;
    });
    await expect(pace.take(changes(1))).rejects.toThrow('not this one');
    await pace.take(changes(2));
    expect(drawn).toHaveLength(3);
  });

  it('goes on with what comes while it draws', async () => {
    const { pace, drawn } = bench(8);
    const first = pace.take(changes(2));
    const second = pace.take([{ type: 'read', feed: 'later' }]);
    expect(second).toBe(first);
    await first;
    expect(drawn).toEqual(['0', '1', 'later']);
  });
});

import { describe, expect, it } from 'vitest';

import type { Point } from '../bindings/Point';
import type { Rule } from '../bindings/Rule';
import { columns, extended, figures, within } from './curve';
import { levelsOf, looksAt, withLevel } from './levels';
import { levelAt, moved, scaleOf, stepOf } from './scale';
import { shifted, stretched, wheelFactor, zoomed } from './windows';

function point(at: number, value: string, low = value, high = value): Point {
  return { at, first: value, low, high, last: value };
}

describe('a step', () => {
  it.each([
    [{ min: 0, max: 100 }, 100, '1'],
    [{ min: 59_900, max: 61_300 }, 100, '10'],
    [{ min: 59_900, max: 61_300 }, 200, '5'],
    [{ min: 0, max: 1_000_000 }, 100, '10000'],
    [{ min: 7.5, max: 9.99 }, 100, '0.02'],
    [{ min: 0.000_012, max: 0.000_013 }, 100, '0.00000001'],
    [{ min: -3, max: -1 }, 100, '0.02'],
    [{ min: 5, max: 5 }, 100, '1'],
  ])('of %j in %d parts is %s', (scale, parts, expected) => {
    expect(stepOf(scale, parts)).toBe(expected);
  });
});

describe('a level', () => {
  it.each([
    [61_004.9, '10', '61000'],
    [61_005.1, '10', '61010'],
    [0.123_456, '0.02', '0.12'],
    [0.3, '0.1', '0.3'],
    [-0.06, '0.05', '-0.05'],
    [0, '0.01', '0'],
    [0.000_012_346, '0.00000001', '0.00001235'],
  ])('at %d on steps of %s is %s', (value, step, expected) => {
    expect(levelAt(value, step)).toBe(expected);
  });

  it.each([
    ['61000', 1, '10', '61010'],
    ['61000', -10, '10', '60900'],
    ['0.1', 1, '0.2', '0.3'],
    ['0.3', -3, '0.1', '0'],
    ['9007199254740993.01', 1, '1', '9007199254740994.01'],
    ['0.1234567890123456789', 10, '0.01', '0.2234567890123456789'],
    ['1e3', 1, '5', '1005'],
    ['nonsense', 1, '5', '10'],
  ])('%s moved by %d steps of %s is %s', (level, steps, step, expected) => {
    expect(moved(level, steps, step)).toBe(expected);
  });
});

describe('a scale', () => {
  it('shows all values and the levels that are near, with room', () => {
    const scale = scaleOf(100, 200, [250, 1000]);
    expect(scale.min).toBeLessThan(100);
    expect(scale.max).toBeGreaterThan(250);
    expect(scale.max).toBeLessThan(300);
  });

  it.each([
    [5, 5],
    [0, 0],
    [-2, -2],
  ])('of a value that never changes has a height: %d', (low, high) => {
    const { min, max } = scaleOf(low, high, []);
    expect(min).toBeLessThan(low);
    expect(max).toBeGreaterThan(high);
  });
});

describe('a curve', () => {
  const points = [point(0, '1'), point(10, '2'), point(100, '3'), point(110, '4')];

  it('has a hole where nobody listened, and none elsewhere', () => {
    const [at, last] = columns(points, [
      { since: -9, until: -5, recovered: null },
      { since: 20, until: 90, recovered: null },
      { since: 105, until: 106, recovered: null },
      { since: 200, until: 300, recovered: null },
    ]);
    expect(last).toEqual([1, 2, null, 3, null, 4]);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(columns(points, [])[1]).toEqual([1, 2, 3, 4]);
  });

  it('has one hole for several gaps between two values, and one for a gap over the edge of a part', () => {
    const gaps = [
      { since: 20, until: 30, recovered: null },
      { since: 40, until: 50, recovered: null },
      { since: 60, until: 104, recovered: null },
    ];
    expect(columns(points, gaps)[1]).toEqual([1, 2, null, 3, null, 4]);
    expect(columns(points, gaps.slice(0, 2))[1]).toEqual([1, 2, null, 3, 4]);
  });

  it('is followed: what falls into the same part of the time joins its point', () => {
    const start = [point(1000, '5')];
    const values = [
      { at: 1040, value: '4.50' },
      { at: 1060, value: '9.25' },
      { at: 1099, value: '6' },
      { at: 1100, value: '7' },
    ];
    expect(extended(start, values, 0, 100)).toEqual([
      { at: 1099, first: '5', low: '4.50', high: '9.25', last: '6' },
      point(1100, '7'),
    ]);
    expect(start).toEqual([point(1000, '5')]);
  });

  it('is told in figures as they were sent', () => {
    const told = figures([point(0, '0.10'), point(1, '0.30', '0.05', '0.90'), point(2, '0.40')]);
    expect(told).toEqual({ last: '0.40', low: '0.05', high: '0.90', change: '0.30' });
    expect(figures([])).toBeUndefined();
    expect(within(points, { since: 10, until: 100 })).toEqual(points.slice(1, 3));
  });
});

describe('zoom', () => {
  it('keeps the moment under the pointer in its place', () => {
    expect(zoomed({ since: 0, until: 10_000 }, 2500, 0.8)).toEqual({ since: 500, until: 8500 });
    expect(zoomed({ since: 500, until: 8500 }, 2500, 1.25)).toEqual({ since: 0, until: 10_000 });
  });

  it('ends where nothing more is seen', () => {
    expect(zoomed({ since: 0, until: 1000 }, 500, 0.5)).toEqual({ since: 0, until: 1000 });
  });
});

describe('the levels of rules', () => {
  const feed = {
    id: 'btc',
    name: 'BTC',
    url: '',
    view: null,
    notify: 'rules' as const,
    enabled: true,
    group: 'Prices',
    limits: { max_event_bytes: 1, idle_seconds: null, keep_days: 90, keep_megabytes: 512 },
  };
  const rule = (given: Partial<Rule>): Rule =>
    ({ id: 'r', name: 'High', when: { value: { above: 5 } }, ...given }) as Rule;

  it.each([
    [{}, true],
    [{ feeds: ['btc'] }, true],
    [{ feeds: ['eth'] }, false],
    [{ group: 'Prices' }, true],
    [{ feeds: ['eth'], group: 'Prices' }, true],
    [{ group: 'Other' }, false],
  ])('of %j: %s', (given, expected) => {
    expect(looksAt(rule(given), feed)).toBe(expected);
    expect(levelsOf([rule(given)], feed)).toHaveLength(expected ? 1 : 0);
  });

  it('are found wherever they stand, and each is replaced alone', () => {
    const nested = rule({
      when: {
        all: [
          { value: { crosses_above: '0.1234567890123456789', recovers_below: 0.1 } },
          { any: [{ event: 'x' }, { not: { value: { below: 3, recovers_above: 4 } } }] },
          { value: { changes_by: 5, within: '1m' } },
        ],
      },
      until: { value: { below: 1 } },
    });
    const found = levelsOf([nested], feed);
    expect(found.map(({ value, faint, least, most }) => [value, faint, least, most])).toEqual([
      ['0.1234567890123456789', false, '0.1', undefined],
      ['0.1', true, undefined, '0.1234567890123456789'],
      ['3', false, undefined, '4'],
      ['4', true, '3', undefined],
      ['1', true, undefined, undefined],
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const before = JSON.stringify(nested);
    const third = found[3];
    const changed = third && withLevel(nested, third.path, '4.5');
    expect(JSON.stringify(changed)).toBe(before.replace('"recovers_above":4', '"recovers_above":"4.5"'));
    expect(JSON.stringify(nested)).toBe(before);
  });

  it.each([
    [{ value: { above: 5 } }, undefined],
    [{ all: [{ value: { above: 5 } }, { value: { changes_by: 1, within: '1m' } }] }, undefined],
    [{ all: [{ field: '$.product', equals: 'Teapot' }, { value: { above: 5 } }] }, true],
    [{ all: [{ cel: 'key == "Teapot"' }, { any: [{ value: { above: 5 } }] }] }, true],
  ] as [Rule['when'], boolean | undefined][])('of %j are of some keys alone: %s', (when, expected) => {
    expect(levelsOf([rule({ when })], feed)[0]?.ofSome).toBe(expected);
  });

  it('of a rule that is switched off are not drawn', () => {
    expect(levelsOf([rule({ enabled: false })], feed)).toEqual([]);
  });
});

describe('the time of a chart', () => {
  const range = { since: 1000, until: 11_000 };

  it('moves by parts of its length', () => {
    expect(shifted(range, -0.25)).toEqual({ since: -1500, until: 8500 });
  });

  it('is stretched so that what was under two fingers stays under them', () => {
    expect(stretched(range, [0.25, 0.75], [0, 1])).toEqual({ since: 3500, until: 8500 });
    expect(stretched(range, [0, 1], [0.25, 0.75])).toEqual({ since: -4000, until: 16_000 });
    expect(stretched(range, [0.2, 0.4], [0.4, 0.6])).toEqual({ since: -1000, until: 9000 });
    // Fingers that cross or meet say nothing; shorter than a second nothing is shown.
    expect(stretched(range, [0.2, 0.4], [0.6, 0.4])).toEqual(range);
    expect(stretched(range, [0.2, 0.4], [0.4, 0.401])).toEqual(range);
    expect(stretched(range, [0.4, 0.44], [0, 1])).toMatchObject({ since: 5000, until: 6000 });
  });

  it.each([
    ['a click of a wheel', { deltaY: 100, deltaMode: 0, ctrlKey: false }, 1.25],
    ['three lines of one', { deltaY: -3, deltaMode: 1, ctrlKey: false }, 0.8],
    ['a small move of two fingers', { deltaY: -5, deltaMode: 0, ctrlKey: true }, 0.95],
    ['a wheel that was let run', { deltaY: 9000, deltaMode: 0, ctrlKey: false }, 2],
  ])('by %s', (_, turned, factor) => {
    expect(wheelFactor(turned)).toBeCloseTo(factor, 2);
  });
});

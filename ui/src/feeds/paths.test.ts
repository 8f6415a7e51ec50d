import { describe, expect, it } from 'vitest';

import { rowsOf } from './paths';

const paths = (value: unknown) => rowsOf(value).flatMap(({ path }) => path ?? []);

describe('the lines of a sample', () => {
  it('have paths as a mapping has them', () => {
    expect(paths({ a: 1, b: { 'the c': 'x', "it's": null, 'a"b\\c\n': true, 中: 2 }, list: [[1], { d: 2 }] })).toEqual([
      '$.a',
      "$.b['the c']",
      "$.b['it\\'s']",
      `$.b['a"b\\\\c\\n']`,
      "$.b['中']",
      '$.list[0][0]',
      '$.list[1].d',
    ]);
  });

  it('begin in an element where the engine takes each as an event', () => {
    expect(paths([3, { a: 1 }, { a: 2 }])).toEqual(['$.a']);
    expect(paths([3, 4])).toEqual(['$[0]', '$[1]']);
  });

  it('begin in the first that the mapping looks at, and there are none where that finds nothing', () => {
    const event = { parsed: [{ id: 'x', price: { expo: -8 } }, { id: 'y' }] };
    expect(rowsOf(event, '$.parsed[*]').flatMap(({ path }) => path ?? [])).toEqual(['$.id', '$.price.expo']);
    expect(rowsOf([{ data: [{ on: true }] }], '$[*].data[*]').flatMap(({ path }) => path ?? [])).toEqual(['$.on']);
    expect(rowsOf({ other: 1 }, '$.parsed[*]')).toEqual([]);
    expect(rowsOf(event, '$..price')).toEqual([]);
  });

  it('are bounded, whatever is sent', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index]));
    expect(rowsOf(wide)).toHaveLength(200);
    expect(rowsOf({ list: Array(5000).fill(1) }).at(-1)).toMatchObject({ kind: 'more', text: '4990' });
    let deep: unknown = 1;
    for (let level = 0; level < 5000; level += 1) deep = [deep];
    expect(rowsOf({ deep }).length).toBeLessThan(12);
  });
});

import { expect, it } from 'vitest';

import { once } from './later';

it('a part of the window is loaded once, however often it is asked for', async () => {
  let asked = 0;
  let answer: (part: string) => void = () => {};
  const load = once(() => {
    asked += 1;
    return new Promise<string>((resolve) => (answer = resolve));
  });
  const both = [load(), load()];
  answer('the feed');
  expect(await Promise.all(both)).toEqual(['the feed', 'the feed']);
  expect(await load()).toBe('the feed');
  expect(asked).toBe(1);
});

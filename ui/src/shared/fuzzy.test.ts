import { describe, expect, it } from 'vitest';

import { fuzzy } from './fuzzy';

const NAMES = ['Pause all', 'Nightly build', 'Shop prices', 'Settings: Feeds', '价格提醒', 'All quiet'];

describe('what is found of what was typed', () => {
  it.each([
    ['', NAMES],
    ['build', ['Nightly build']],
    ['all', ['All quiet', 'Pause all']],
    ['PAU', ['Pause all']],
    ['feeds sett', ['Settings: Feeds']],
    ['nbd', ['Nightly build']],
    ['价格', ['价格提醒']],
    ['xyz', []],
    ['pause xyz', []],
  ])('%j', (typed, expected) => {
    expect(fuzzy(NAMES, typed, (name) => name)).toEqual(expected);
  });
});

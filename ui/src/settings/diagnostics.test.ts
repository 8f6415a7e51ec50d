import { describe, expect, it } from 'vitest';

import type { Backend } from '../backend';
import type { Figures } from '../bindings/Figures';
import { paceOf } from './figures';
import { reportOf } from './report';
import { SelfTest } from './selftest.svelte';

const FIGURES: Figures = {
  at: 1_000_000,
  since: 0,
  feeds: 3,
  open: 2,
  events: 500,
  waiting: 1,
  room: 64,
  processes: { count: 3, memory: 187_400_000, cpu: 9_000 },
};

describe('the pace between two looks', () => {
  it('is events and processor time a second', () => {
    const later = { ...FIGURES, at: 1_002_000, events: 2500, processes: { ...FIGURES.processes, cpu: 9_500 } };
    expect(paceOf(FIGURES, later)).toEqual({ rate: 1000, cpu: 0.25 });
  });

  it.each([
    ['there was no look before', undefined, FIGURES],
    ['the program began anew', FIGURES, { ...FIGURES, at: 2_000_000, since: 1_900_000 }],
    ['no time has passed', FIGURES, FIGURES],
  ])('is not known when %s', (_, before, now) => {
    expect(paceOf(before, now)).toBeUndefined();
  });

  it('is not below zero when a process has gone', () => {
    const later = { ...FIGURES, at: 1_001_000, processes: { ...FIGURES.processes, cpu: 10 } };
    expect(paceOf(FIGURES, later)?.cpu).toBe(0);
  });
});

describe('the self-test', () => {
  const backend = (change: Partial<Backend>) =>
    ({
      selfTest: async () =>
        (['disk', 'notifications', 'tray'] as const).map((check) => ({
          check,
          state: 'fine' as const,
          found: 'Found.',
        })),
      testNotification: async () => {},
      hasTray: async () => true,
      ...change,
    }) as Backend;

  it('asks what only a person sees', async () => {
    const test = new SelfTest();
    await test.run(backend({}));
    expect(test.results.map(({ part, state }) => `${part} ${state}`)).toEqual([
      'disk fine',
      'notifications asks',
      'tray asks',
    ]);
    test.answer('notifications', true);
    test.answer('tray', false);
    expect(test.results.map(({ state }) => state)).toEqual(['fine', 'fine', 'wrong']);
    expect(test.results[2]?.text).toContain('hidden icons');
  });

  it('says what fails', async () => {
    const refuse = async () => {
      throw { code: 'ended', message: 'It ended.' };
    };
    const test = new SelfTest();
    await test.run(backend({ testNotification: refuse, hasTray: async () => false }));
    expect(test.results.slice(1)).toEqual([
      { part: 'notifications', state: 'wrong', text: 'It ended.' },
      { part: 'tray', state: 'warning', text: expect.stringContaining('no tray icons') },
    ]);
    const missing = {
      check: 'tray' as const,
      state: 'warning' as const,
      found: 'Nobody shows icons',
      mend: 'Add a tray.',
    };
    await test.run(backend({ selfTest: async () => [missing] }));
    expect(test.results).toEqual([{ part: 'tray', state: 'warning', text: 'Nobody shows icons', mend: 'Add a tray.' }]);
    await test.run(backend({ selfTest: refuse }));
    expect(test.results).toEqual([{ part: 'history', state: 'wrong', text: 'It ended.' }]);
    expect(test.running).toBe(false);
  });
});

describe('the text of a bug report', () => {
  it('has everything, and says what is not known', () => {
    const report = reportOf({
      version: '0.1.0',
      agent: 'WebKit',
      figures: FIGURES,
      pace: { rate: 12.34, cpu: 0.021 },
      storage: { folder: '/data', bytes: 48_300_000, free: null, feeds: [] },
      results: [{ part: 'tray', state: 'warning', text: 'None.', mend: 'Add one.' }],
      log: ['one', 'two'],
    });
    expect(report.split('\n')).toEqual([
      'Streambell 0.1.0',
      'WebKit',
      'data folder: /data; database 48.3 MB, free unknown',
      'running since 1970-01-01T00:00:00.000Z',
      'feeds: 2 of 3 open; events: 500; waiting for the disk: 1 of 64',
      'processes: 3, 187.4 MB, 9000 ms of processor time',
      '12.3 events/s, 2.1 % of a processor',
      'tray: warning (None. Add one.)',
      '',
      'one',
      'two',
      '',
    ]);
  });

  it('is there before anything was measured', () => {
    const nothing = { figures: undefined, pace: undefined, storage: undefined, results: [], log: [] };
    expect(reportOf({ version: '0.1.0', agent: 'WebKit', ...nothing })).toBe('Streambell 0.1.0\nWebKit\n\n');
  });
});

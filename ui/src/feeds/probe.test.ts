import { describe, expect, it, vi } from 'vitest';

import { MemoryBackend } from '../backend/memory/memory';
import { sample } from '../backend/memory/probe';
import type { FeedDraft } from '../bindings/FeedDraft';
import type { Understanding } from '../bindings/Understanding';
import { draftOf, formOf } from './draft';
import { Probe } from './probe.svelte';

const draft = (url: string): FeedDraft => draftOf({ ...formOf(), url });

describe('a probe', () => {
  it('hears what comes, until it is stopped', async () => {
    const backend = new MemoryBackend('empty');
    const probe = new Probe(backend);
    expect(probe.isOld(draft('https://a.example/prices'))).toBe(true);
    await probe.start(draft('https://a.example/prices'));
    expect([probe.phase, probe.samples.length]).toEqual(['open', 3]);
    expect(probe.isOld({ ...draft('https://a.example/prices'), name: 'Another', notify: 'all' })).toBe(false);
    backend.probe({ type: 'samples', samples: [sample('more')] });
    backend.probe({ type: 'over' });
    expect([probe.phase, probe.samples.length]).toEqual(['over', 4]);
    probe.stop();
    expect([probe.phase, probe.samples.length]).toEqual(['idle', 0]);
    expect(backend.done).not.toContainEqual(['stop_probe', true]);
  });

  it('that has been replaced is not heard any more', async () => {
    const heard: ((news: { type: 'quiet' } | { type: 'over' }) => void)[] = [];
    const backend = new MemoryBackend('empty');
    backend.probeFeed = async (_feed, _draft, hear) => void heard.push(hear);
    const probe = new Probe(backend);
    await probe.start(draft('https://a.example/one'));
    await probe.start(draft('https://a.example/two'));
    heard[0]?.({ type: 'over' });
    expect(probe.phase).toBe('connecting');
    heard[1]?.({ type: 'over' });
    expect(probe.phase).toBe('over');
  });

  it('of a refused draft is none', async () => {
    const probe = new Probe(new MemoryBackend('empty'));
    await expect(probe.start(draft('ws://a.example/'))).rejects.toMatchObject({ code: 'bad_url' });
    expect(probe.phase).toBe('idle');
  });

  it('keeps samples of the history until something comes', async () => {
    const backend = new MemoryBackend('empty');
    const probe = new Probe(backend, 'a', draft('https://a.example/slow'), [sample('old')]);
    expect(probe.isOld(draft('https://a.example/slow'))).toBe(false);
    await probe.start(draft('https://a.example/slow'));
    expect(probe.samples.map(({ data }) => data)).toEqual(['old']);
    backend.probe({ type: 'samples', samples: [sample('new')] });
    expect(probe.samples.map(({ data }) => data)).toEqual(['new']);
  });

  it('is understood by the mapping that was asked for last', async () => {
    const backend = new MemoryBackend('empty');
    const answers: ((understanding: Understanding) => void)[] = [];
    backend.understand = () => new Promise((resolve) => answers.push(resolve));
    const probe = new Probe(backend, 'a', undefined, [sample('x')]);
    const read = vi.fn();
    void probe.read({}, {}).then(read);
    void probe.read({ value: '$.p' }, {}).then(read);
    const understood = (view: Understanding['view']): Understanding => ({ samples: [], view, rules: [] });
    answers[1]?.(understood('price'));
    answers[0]?.(understood('log'));
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
    expect(probe.understanding?.view).toBe('price');
  });
});

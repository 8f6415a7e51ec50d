import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { RulePreview } from '../bindings/RulePreview';
import { Preview } from './preview.svelte';

const found = (rings: number): RulePreview => ({ since: 0, events: 9, complete: true, rings, alerts: [] });

describe('a preview', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function bench() {
    const answers: { resolve: (found: RulePreview) => void; reject: (thrown: unknown) => void }[] = [];
    const told = vi.fn();
    const ask = () => new Promise<RulePreview>((resolve, reject) => answers.push({ resolve, reject }));
    const preview = new Preview(ask, told);
    return { answers, told, preview };
  }

  it('is asked for when the form rests', async () => {
    const { answers, told, preview } = bench();
    preview.changed();
    await vi.advanceTimersByTimeAsync(399);
    preview.changed();
    await vi.advanceTimersByTimeAsync(399);
    expect(answers).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(preview.asking).toBe(true);
    answers[0]?.resolve(found(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(preview).toMatchObject({ asking: false, found: { rings: 2 } });
    expect(told).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  it('does not take the late answer to an older question', async () => {
    const { answers, told, preview } = bench();
    preview.changed();
    await vi.advanceTimersByTimeAsync(400);
    preview.changed();
    await vi.advanceTimersByTimeAsync(400);
    answers[1]?.resolve(found(1));
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.reject(new Error('late'));
    await vi.advanceTimersByTimeAsync(0);
    expect(preview.found?.rings).toBe(1);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('shows nothing old where there is no answer', async () => {
    const { answers, told, preview } = bench();
    preview.found = found(3);
    preview.changed();
    await vi.advanceTimersByTimeAsync(400);
    answers[0]?.reject('no');
    await vi.advanceTimersByTimeAsync(0);
    expect(preview.found).toBeUndefined();
    expect(told).toHaveBeenCalledExactlyOnceWith('no');
  });

  it('is over when its dialog is', async () => {
    const { answers, preview } = bench();
    preview.changed();
    preview.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(answers).toHaveLength(0);
  });
});

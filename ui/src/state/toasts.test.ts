import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Toasts } from './toasts.svelte';

describe('toasts', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('go by themselves, and then what they stood for happens', () => {
    const [toasts, gone] = [new Toasts(), vi.fn()];
    toasts.show('done', 'Removed', { label: 'Undo', run: () => {} }, gone);
    toasts.show('failed', 'No');
    vi.advanceTimersByTime(6000);
    expect(toasts.list.map(({ text }) => text)).toEqual(['Removed']);
    expect(gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(4000);
    expect(toasts.list).toEqual([]);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('stay while somebody is at one of them, and begin anew afterwards', () => {
    const toasts = new Toasts();
    toasts.show('failed', 'No');
    toasts.hold(true);
    toasts.show('failed', 'No again');
    vi.advanceTimersByTime(60_000);
    expect(toasts.list).toHaveLength(2);
    toasts.hold(false);
    vi.advanceTimersByTime(5999);
    expect(toasts.list).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(toasts.list).toEqual([]);
  });

  it('do not wait for somebody who took the one away that they were at', () => {
    const toasts = new Toasts();
    toasts.show('failed', 'No');
    toasts.show('failed', 'No again');
    toasts.hold(true);
    toasts.dismiss(1);
    vi.advanceTimersByTime(6000);
    expect(toasts.list).toEqual([]);
  });

  it('are few: the oldest makes room', () => {
    const [toasts, gone] = [new Toasts(), vi.fn()];
    toasts.show('done', 'first', undefined, gone);
    for (let count = 0; count < 4; count += 1) toasts.show('done', `${count}`);
    expect(toasts.list.map(({ text }) => text)).toEqual(['0', '1', '2', '3']);
    expect(gone).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(4);
  });
});

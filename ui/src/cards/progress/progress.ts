import type { State } from '../../bindings/State';
import { entity, type FeedModel } from '../../state/feed.svelte';

export interface Job {
  key: string;
  /** 0 to 100. */
  percent: number;
  state: State;
  /** The last word on it. */
  text: string;
}

/** The jobs of a feed as they stand, each in the place where it was first seen. */
export function jobs(model: Pick<FeedModel, 'events' | 'rank'>): Job[] {
  const found = new Map<string, Job>();
  for (const event of model.events) {
    for (const reading of event.readings) {
      if (reading.progress === undefined && reading.state === undefined) continue;
      const key = entity(reading);
      if (reading.state === 'removed') {
        found.delete(key);
        continue;
      }
      const state = reading.state ?? 'open';
      const sent = reading.progress === undefined ? undefined : (reading.progress / (reading.total || 100)) * 100;
      const percent = state === 'done' ? 100 : Math.min(Math.max(sent ?? found.get(key)?.percent ?? 0, 0), 100);
      found.set(key, { key, percent, state, text: reading.body ?? '' });
    }
  }
  return [...found.values()].sort((a, b) => model.rank(a.key) - model.rank(b.key));
}

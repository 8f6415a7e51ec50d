import type { State } from '../../bindings/State';
import { entity, type FeedModel } from '../../state/feed.svelte';

export interface Job {
  key: string;
  /** 0 to 100. */
  percent: number;
  state: State;
  /** The last word on it. */
  text: string;
  /** When that came. */
  at: number;
  /** How far it was when it was first heard of, and when: what its pace is told from. */
  begin: { percent: number; at: number } | undefined;
}

const MINUTE = 60_000;
/** How long one that has ended stays among those that run: who was away for a moment sees it. */
const STAYS: Partial<Record<State, number>> = { done: 10 * MINUTE, failed: 60 * MINUTE };
/** One that was farther when it was first heard of had begun before. */
const BEGUN = 5;

/** The jobs of a feed as they stand, each in the place where it was first seen. */
export function jobs(model: Pick<FeedModel, 'events' | 'rank' | 'begin'>): Job[] {
  const found = new Map<string, Job>();
  for (const event of model.events) {
    for (const reading of event.readings) {
      if (reading.progress === undefined && reading.state === undefined) continue;
      const key = entity(reading);
      if (reading.state === 'removed') {
        found.delete(key);
        continue;
      }
      const known = found.get(key);
      const state = reading.state ?? 'open';
      const percentOf = (progress: number) => within((progress / (reading.total || 100)) * 100);
      const sent = reading.progress === undefined ? undefined : percentOf(reading.progress);
      const percent = state === 'done' ? 100 : (sent ?? known?.percent ?? 0);
      const first = model.begin(key);
      const begin = first && sent !== undefined ? { percent: percentOf(first.progress), at: first.at } : known?.begin;
      found.set(key, { key, percent, state, text: reading.body ?? '', at: event.at, begin });
    }
  }
  return [...found.values()].sort((a, b) => model.rank(a.key) - model.rank(b.key));
}

function within(percent: number): number {
  return Math.min(Math.max(percent, 0), 100);
}

/** Percent a minute since it was first heard of; `undefined`: that can not be told yet. */
export function rate({ percent, at, begin }: Job): number | undefined {
  if (!begin || at <= begin.at || percent <= begin.percent) return undefined;
  return ((percent - begin.percent) / (at - begin.at)) * MINUTE;
}

/** Milliseconds until it is done, if it goes on so; `undefined`: it runs not, or later than its pace said. */
export function remaining(job: Job, now: number): number | undefined {
  const pace = rate(job);
  if (job.state !== 'open' || pace === undefined) return undefined;
  const left = ((100 - job.percent) / pace) * MINUTE - Math.max(now - job.at, 0);
  return left > 0 ? left : undefined;
}

/** How long a job that is done took; `undefined` if its beginning was not heard. */
export function took({ state, at, begin }: Job): number | undefined {
  return state === 'done' && begin && begin.percent <= BEGUN && at > begin.at ? at - begin.at : undefined;
}

/** Whether it ended some while ago. */
export function isOver({ state, at }: Job, now: number): boolean {
  const stays = STAYS[state];
  return stays !== undefined && now - at > stays;
}

import type { Event } from '../../bindings/Event';
import { m } from '../../paraglide/messages';
import type { FeedModel } from '../../state/feed.svelte';

export interface Task {
  key: string;
  title: string;
  done: boolean;
}

/** The list as it stands after all events: added, renamed, ticked, removed. */
export function tasks(model: Pick<FeedModel, 'events'>): Task[] {
  const found = new Map<string, Task>();
  for (const event of model.events) for (const task of steps(event)) apply(found, task);
  return [...found.values()];
}

interface Step {
  key: string;
  title: string | undefined;
  state: string | undefined;
}

function steps(event: Event): Step[] {
  return event.readings.map((reading) => {
    const title = reading.title ?? reading.body;
    return { key: reading.key ?? title ?? event.data, title, state: reading.state };
  });
}

function apply(found: Map<string, Task>, { key, title, state }: Step): void {
  if (state === 'removed') {
    found.delete(key);
    return;
  }
  const known = found.get(key);
  const done = state === undefined ? (known?.done ?? false) : state === 'done';
  found.set(key, { key, title: title ?? known?.title ?? key, done });
}

/** How many are done of how many. */
export function tasksDone(model: Pick<FeedModel, 'events'>): string {
  const all = tasks(model);
  return all.length === 0 ? '' : m.tasks_of({ done: all.filter((task) => task.done).length, total: all.length });
}

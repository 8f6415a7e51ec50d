import type { Figures } from '../bindings/Figures';

/** What happens in a second, between two looks. */
export interface Pace {
  /** Events. */
  rate: number;
  /** Of one processor, 1 is all of it. */
  cpu: number;
}

export function paceOf(before: Figures | undefined, now: Figures): Pace | undefined {
  if (!before || before.since !== now.since || now.at <= before.at) return undefined;
  const passed = now.at - before.at;
  // A process that has gone takes its time with it.
  const cpu = Math.max(now.processes.cpu - before.processes.cpu, 0) / passed;
  return { rate: ((now.events - before.events) * 1000) / passed, cpu };
}

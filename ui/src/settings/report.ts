import type { Figures } from '../bindings/Figures';
import type { Storage } from '../bindings/Storage';
import type { Pace } from './figures';
import type { Result } from './selftest.svelte';

export interface Report {
  version: string;
  /** Of the web view: names it and the system. */
  agent: string;
  figures: Figures | undefined;
  pace: Pace | undefined;
  storage: Storage | undefined;
  results: Result[];
  log: string[];
}

/** For whoever mends the program, so in English; nothing in it comes from feeds or is secret. */
export function reportOf({ version, agent, figures, pace, storage, results, log }: Report): string {
  const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;
  const lines = [`Streambell ${version}`, agent];
  if (storage) {
    const free = storage.free === null ? 'unknown' : megabytes(storage.free);
    lines.push(`data folder: ${storage.folder}; database ${megabytes(storage.bytes)}, free ${free}`);
  }
  if (figures) {
    const { feeds, open, events, waiting, room, processes } = figures;
    lines.push(
      `running since ${new Date(figures.since).toISOString()}`,
      `feeds: ${open} of ${feeds} open; events: ${events}; waiting for the disk: ${waiting} of ${room}`,
      `processes: ${processes.count}, ${megabytes(processes.memory)}, ${processes.cpu} ms of processor time`,
    );
  }
  if (pace) lines.push(`${pace.rate.toFixed(1)} events/s, ${(pace.cpu * 100).toFixed(1)} % of a processor`);
  for (const { part, state, text, mend } of results) {
    const told = [text, mend].filter(Boolean).join(' ');
    lines.push(`${part}: ${state}${told ? ` (${told})` : ''}`);
  }
  return [...lines, '', ...log, ''].join('\n');
}

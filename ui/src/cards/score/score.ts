import type { Reading } from '../../bindings/Reading';
import type { Score } from '../../bindings/Score';
import type { FeedModel } from '../../state/feed.svelte';
import { clipLine } from '../../shared/text';
import { difference, sign } from '../../shared/decimal';

export interface Game {
  score: Score;
  /** What the server says besides: quarter and clock, else its words. */
  caption: string;
  /** Who scored last and how much. */
  last: { side: string; points: string } | undefined;
}

function caption(reading: Reading): string {
  if (reading.score?.moment) return clipLine(reading.score.moment);
  return clipLine([reading.title, reading.body].filter(Boolean).join(' · '));
}

/** The game as it stands. */
export function game(model: Pick<FeedModel, 'events'>): Game | undefined {
  let now: Reading | undefined;
  let last: Game['last'];
  for (const event of model.events) {
    for (const reading of event.readings) {
      if (!reading.score) continue;
      last = scored(now?.score, reading.score) ?? last;
      now = reading;
    }
  }
  return now?.score && { score: now.score, caption: caption(now), last };
}

function scored(before: Score | undefined, after: Score): Game['last'] {
  if (!before) return undefined;
  for (const side of ['home', 'away'] as const) {
    const points = difference(after[`${side}_score`], before[`${side}_score`]);
    if (points && sign(points) > 0) return { side: after[side], points };
  }
  return undefined;
}

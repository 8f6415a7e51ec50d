/** A value, when it came, and when it was so by the server's word. */
export interface Came {
  at: number;
  value: string;
  time?: number | undefined;
}

/** Nearer to each other, values may be of one answer: what the server kept for those who come late. */
const TOGETHER = 1000;

/**
 * When values were so, oldest first. Those that came together lie as far apart as the server says that they did: its
 * clock may be wrong, what passed between two of its times is not. Where it says nothing, only the last of one moment
 * is known to have been at it.
 */
export function spread(came: Came[]): { at: number; value: string }[] {
  const found: { at: number; value: string }[] = [];
  let at = Infinity;
  for (let index = came.length - 1; index >= 0; index -= 1) {
    const [one, next] = [came[index] as Came, came[index + 1]];
    const apart = next && next.at - one.at < TOGETHER ? passed(one, next) : undefined;
    if (next && apart === undefined && next.at === one.at) continue;
    at = Math.min(one.at, at - (apart ?? 0));
    found.push({ at, value: one.value });
  }
  return found.reverse();
}

function passed({ time: from }: Came, { time: to }: Came): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

import { m } from '../paraglide/messages';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How much of the past a chart shows. */
export const WINDOWS = {
  minute: { name: m.window_minute, long: m.window_minute_long, millis: MINUTE },
  minutes: { name: m.window_minutes, long: m.window_minutes_long, millis: 10 * MINUTE },
  hour: { name: m.window_hour, long: m.window_hour_long, millis: 60 * MINUTE },
  day: { name: m.window_day, long: m.window_day_long, millis: DAY },
  week: { name: m.window_week, long: m.window_week_long, millis: 7 * DAY },
  all: { name: m.window_all, long: m.window_all_long, millis: undefined },
} as const;

export type WindowName = keyof typeof WINDOWS;

/** A time, in milliseconds since 1970. */
export interface Range {
  since: number;
  until: number;
}

/** Shorter ones show nothing more. */
const SHORTEST = 1000;

/** A range made `factor` times as long around a moment; the moment keeps its place. */
export function zoomed({ since, until }: Range, around: number, factor: number): Range {
  const grown = Math.max(factor, SHORTEST / (until - since));
  return {
    since: Math.round(around - (around - since) * grown),
    until: Math.round(around + (until - around) * grown),
  };
}

/** A range moved by so many parts of its length. */
export function shifted({ since, until }: Range, parts: number): Range {
  const by = Math.round((until - since) * parts);
  return { since: since + by, until: until + by };
}

/** Nearer to each other, two fingers say nothing. */
const NEAREST = 0.02;

/** A range in which two moments are at other places than before, in parts of its length: as two fingers stretch it. */
export function stretched(range: Range, from: [number, number], to: [number, number]): Range {
  const length = range.until - range.since;
  const [apart, now] = [from[1] - from[0], to[1] - to[0]];
  if (Math.abs(apart) < NEAREST || Math.abs(now) < NEAREST || apart * now < 0) return range;
  const grown = Math.max((length * apart) / now, SHORTEST);
  const since = range.since + length * from[0] - grown * to[0];
  return { since: Math.round(since), until: Math.round(since + grown) };
}

/** How much longer a wheel makes the time: a click of a mouse's a quarter, two fingers on a touchpad in small steps. */
export function wheelFactor({
  deltaY,
  deltaMode,
  ctrlKey,
}: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * 33;
  const factor = Math.exp(pixels * (ctrlKey ? 0.01 : Math.log(1.25) / 100));
  return Math.min(Math.max(factor, 0.5), 2);
}

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

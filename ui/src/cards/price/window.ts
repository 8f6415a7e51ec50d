import type { Window } from '../../bindings/Window';
import { m } from '../../paraglide/messages';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Over which time a price's change is told if the user chose none. */
export const DEFAULT_WINDOW: Window = 'day';

const WINDOWS: Record<Window, { name: () => string; change: () => string; millis: number | undefined }> = {
  minutes: { name: m.window_minutes_long, change: m.change_minutes, millis: 10 * MINUTE },
  hour: { name: m.window_hour_long, change: m.change_hour, millis: HOUR },
  day: { name: m.window_day_long, change: m.change_day, millis: DAY },
  week: { name: m.window_week_long, change: m.change_week, millis: 7 * DAY },
  all: { name: m.window_all_long, change: m.change_all, millis: undefined },
};

/** What they are called, shortest first. */
export const WINDOW_NAMES = Object.entries(WINDOWS).map(([window, { name }]) => [window as Window, name] as const);

/** 'in an hour': behind a change. */
export function changeName(window: Window): string {
  return WINDOWS[window].change();
}

/** When a window that ends in this minute began; `undefined`: with the first value that is kept. */
export function begin(window: Window, minute: number): number | undefined {
  const { millis } = WINDOWS[window];
  return millis === undefined ? undefined : minute * MINUTE - millis;
}

/** The minute that a time is in. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE);
}

/** When the day of a minute began, local. */
export function dayOf(minute: number): number {
  return new Date(minute * MINUTE).setHours(0, 0, 0, 0);
}

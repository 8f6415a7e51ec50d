import type { QuietHours } from '../bindings/QuietHours';
import type { Urgency } from '../bindings/Urgency';
import type { Weekday } from '../bindings/Weekday';
import { m } from '../paraglide/messages';

/** The days, as a week goes. */
export const WEEK = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies Weekday[];

/** What new quiet hours are: the nights before work. */
export const NIGHTS: QuietHours = { days: WEEK.slice(0, 5), from: '22:00', to: '07:00', except: null };

/** What is let through, from nothing to everything. */
export const EXCEPTIONS = {
  '': m.quiet_except_none,
  critical: m.quiet_except_critical,
  normal: m.quiet_except_normal,
  low: m.quiet_except_low,
} satisfies Record<Urgency | '', () => string>;

/** A day's name. */
export function dayName(day: Weekday, locale: string, weekday: 'short' | 'long'): string {
  // The first of January 2024 was a Monday.
  const date = Date.UTC(2024, 0, 1 + WEEK.indexOf(day));
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(date);
}

/** `7:30` as the engine writes it; what is no time of the day stays. */
export function tidyTime(text: string): string {
  const trimmed = text.trim().replace('：', ':');
  return isTime(trimmed) ? trimmed.padStart(5, '0') : text;
}

function isTime(text: string): boolean {
  return /^([01]?\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Why quiet hours can not be kept, and where. */
export interface QuietFlaw {
  place: 'days' | 'from' | 'to';
  reason: string;
}

export function flawOf({ days, from, to }: QuietHours): QuietFlaw | undefined {
  if (days.length === 0) return { place: 'days', reason: m.quiet_no_days() };
  if (!isTime(from)) return { place: 'from', reason: m.quiet_no_time({ text: from }) };
  if (!isTime(to)) return { place: 'to', reason: m.quiet_no_time({ text: to }) };
  return undefined;
}

const SAYS_EXCEPT = {
  low: m.quiet_says_low,
  normal: m.quiet_says_normal,
  critical: m.quiet_says_critical,
} satisfies Record<Urgency, (inputs: { hours: string }) => string>;

/** Quiet hours in words. */
export function saysQuiet({ days, from, to, except }: QuietHours, locale: string): string {
  const words = { days: saysDays(days, locale), from, to };
  const hours = to > from ? m.quiet_says(words) : m.quiet_says_next(words);
  return except === null ? hours : SAYS_EXCEPT[except]({ hours });
}

/** Three days or more in a row are named by their ends. */
function saysDays(days: Weekday[], locale: string): string {
  if (WEEK.every((day) => days.includes(day))) return m.quiet_every_day();
  const runs: Weekday[][] = [];
  for (const [index, day] of WEEK.entries()) {
    if (!days.includes(day)) continue;
    const run = runs.at(-1);
    if (run && index > 0 && run.at(-1) === WEEK[index - 1]) run.push(day);
    else runs.push([day]);
  }
  const name = (day: Weekday) => dayName(day, locale, 'short');
  const words = runs.flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)];
    return first && last && run.length > 2 ? [m.quiet_run({ first: name(first), last: name(last) })] : run.map(name);
  });
  return words.length === 0 ? '' : words.reduce((one, other) => m.quiet_and({ one, other }));
}

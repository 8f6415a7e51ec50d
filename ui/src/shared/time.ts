import { m } from '../paraglide/messages';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in one unit; a date when it is long ago. */
export function ago(at: number, now: number, locale: string): string {
  const passed = Math.max(now - at, 0);
  if (passed < 1500) return m.ago_now();
  if (passed < MINUTE) return m.ago_seconds({ count: Math.floor(passed / 1000) });
  if (passed < HOUR) return m.ago_minutes({ count: Math.floor(passed / MINUTE) });
  if (passed < DAY) return m.ago_hours({ count: Math.floor(passed / HOUR) });
  return format(at, locale, { dateStyle: 'medium' });
}

/** How long something takes, in one unit: seconds by fives, so that the words rest. */
export function roughly(millis: number): string {
  if (millis < MINUTE) return m.unit_s({ count: Math.max(Math.ceil(millis / 5000) * 5, 5) });
  if (millis < 1.5 * HOUR) return m.unit_m({ count: Math.round(millis / MINUTE) });
  if (millis < 1.5 * DAY) return m.unit_h({ count: Math.round(millis / HOUR) });
  return m.unit_d({ count: Math.round(millis / DAY) });
}

/** Seven in the morning of the next day, local: where the tray ends 'until tomorrow' too. */
export function tomorrowMorning(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 7).getTime();
}

/** Seconds until then, at least one: what is due is about to happen. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(Math.ceil((at - now) / 1000), 1);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The last moment that there is a date for: what a server says may be any number. */
const LAST = 8.64e15;

function format(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  if (!(Math.abs(at) <= LAST)) return '–';
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known.format(at);
}

/** Whether two moments are of one day, local. */
function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** The year, where it is another than now. */
function yearOf(at: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' };
}

/** As `<time datetime>` has it. */
export function machineTime(at: number): string | undefined {
  return Math.abs(at) <= LAST ? new Date(at).toISOString() : undefined;
}

/** Hours and minutes, local. */
export function shortTime(at: number, locale: string): string {
  return format(at, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Hours, minutes and seconds, local. */
export function clockTime(at: number, locale: string): string {
  return format(at, locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** Date and time, local. */
export function fullTime(at: number, locale: string): string {
  return format(at, locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
}

/** The time for what is of today, else the date with it. */
export function listTime(at: number, now: number, locale: string): string {
  return sameDay(at, now) ? clockTime(at, locale) : dateAndTime(at, now, locale);
}

/** The same in little room: hours and minutes of today, else the day. */
export function glanceTime(at: number, now: number, locale: string): string {
  return sameDay(at, now) ? shortTime(at, locale) : dayTime(at, now, locale);
}

/** Day and month, local, with the year where it is another. */
export function dayTime(at: number, now: number, locale: string): string {
  return format(at, locale, { month: 'short', day: 'numeric', ...yearOf(at, now) });
}

/** When something ends or ended: the time, with the date where the time alone could mean another day. */
export function untilTime(at: number, now: number, locale: string): string {
  const isNear = at >= now ? at - now < DAY : sameDay(at, now);
  return isNear ? shortTime(at, locale) : dateAndTime(at, now, locale);
}

function dateAndTime(at: number, now: number, locale: string): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return format(at, locale, { month: 'short', day: 'numeric', ...yearOf(at, now), ...time });
}

/** A moment as `<input type="datetime-local">` has it. */
export function toLocalInput(at: number | undefined): string {
  if (at === undefined) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE);
  return local.toISOString().slice(0, 16);
}

/** The moment that a user chose there; `undefined` for none. */
export function fromLocalInput(text: string): number | undefined {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : at;
}

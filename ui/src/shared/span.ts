import { m } from '../paraglide/messages';

/** A length of time as people write it: `90s`, `1h30m`, `2 minutes`. What exactly is one, the engine knows. */
const PART =
  /(\d+(?:\.\d+)?)\s*(w|weeks?|d|days?|h|hrs?|hours?|ms|milliseconds?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])\s*/gy;

/** The units that the engine writes. */
const UNITS: Record<string, (inputs: { count: string }) => string> = {
  d: m.unit_d,
  h: m.unit_h,
  m: m.unit_m,
  s: m.unit_s,
  ms: m.unit_ms,
};

function parts(text: string): [count: string, unit: string][] | undefined {
  const trimmed = text.trim();
  const found = [...trimmed.matchAll(PART)];
  const read = found.reduce((length, [part]) => length + part.length, 0);
  if (found.length === 0 || read !== trimmed.length) return undefined;
  return found.map(([, count = '', unit = '']) => [count, unit]);
}

/** Whether a text is a length of time, more than none. */
export function isSpan(text: string): boolean {
  return parts(text)?.some(([count]) => Number(count) > 0) ?? false;
}

/** `1h30m` for people; what the engine would not write stays as it is. */
export function formatSpan(text: string): string {
  const words = parts(text)?.map(([count, unit]) => UNITS[unit]?.({ count }));
  return words?.every((word) => word !== undefined) ? words.join(' ') : text;
}

import { nearest, sum, trimmed } from '../shared/decimal';

/** The values between which a chart is drawn. */
export interface Scale {
  min: number;
  max: number;
}

/** Room above and below the values, as a part of them. */
const MARGIN = 0.08;
/** A level that is farther away than so many times what the values span is shown at the edge. */
const REACH = 1;

/** The scale that shows all values, and the levels that are not far from them. */
export function scaleOf(low: number, high: number, levels: number[]): Scale {
  const span = high - low || Math.abs(high) * 0.02 || 1;
  const near = levels.filter((level) => level >= low - REACH * span && level <= high + REACH * span);
  const [min, max] = [Math.min(low, ...near), Math.max(high, ...near)];
  const room = (max - min || span) * MARGIN;
  return { min: min - room, max: max + room };
}

/** 1, 2 or 5 with zeros before or behind: the nearest such decimal that is not larger than a part of the scale. */
export function stepOf({ min, max }: Scale, parts: number): string {
  const wanted = (max - min) / parts;
  if (!(wanted > 0) || !Number.isFinite(wanted)) return '1';
  const power = Math.floor(Math.log10(wanted) + 1e-9);
  const digit = [5, 2, 1].find((digit) => digit * 10 ** power <= wanted * (1 + 1e-9)) ?? 1;
  return power >= 0 ? `${digit}${'0'.repeat(power)}` : `0.${'0'.repeat(-power - 1)}${digit}`;
}

/** A value of the scale as a level: on a whole step. */
export function levelAt(value: number, step: string): string {
  return trimmed(nearest(value, step));
}

/** A level moved by so many steps; what is no plain decimal is brought onto a step first. */
export function moved(level: string, steps: number, step: string): string {
  const by = nearest(steps * Number(step), step);
  return trimmed(sum(level, by) ?? sum(nearest(Number(level), step), by) ?? level);
}

/** Decimal numbers as texts: shown and compared without passing through floating point. */
import { clip } from './text';

interface Decimal {
  units: bigint;
  scale: number;
}

/** Characters of a number; what is longer is a text like any other. */
const MOST = 100;

function parse(text: string): Decimal | undefined {
  if (text.length > MOST) return undefined;
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
}

function scaled({ units, scale }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

function print(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** `a - b`, exactly; `undefined` if either is no decimal. */
export function difference(a: string, b: string): string | undefined {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return print(scaled(left, scale) - scaled(right, scale), scale);
}

/** `a + b`, exactly; `undefined` if either is no decimal. */
export function sum(a: string, b: string): string | undefined {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return print(scaled(left, scale) + scaled(right, scale), scale);
}

/** The whole multiple of a decimal that is nearest to a number; exact, whatever the number loses. */
export function nearest(value: number, step: string): string {
  const { units, scale } = parse(step) ?? { units: 1n, scale: 0 };
  const count = Math.round((value * 10 ** scale) / Number(units));
  return Number.isFinite(count) ? print(BigInt(count) * units, scale) : step;
}

/** Without zeros at the end that say nothing. */
export function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** -1, 0 or 1. */
export function sign(text: string): number {
  const units = parse(text)?.units ?? 0n;
  return units === 0n ? 0 : units < 0n ? -1 : 1;
}

/** With thousands apart and as many digits as were sent; a text that is no decimal stays as it is. */
export function formatDecimal(text: string, locale: string): string {
  const decimal = parse(text);
  if (!decimal) return clip(text, MOST);
  const digits = Math.min(decimal.scale, 20);
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(text.trim() as `${number}`);
}

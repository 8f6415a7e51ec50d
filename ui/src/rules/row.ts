import type { Condition } from '../bindings/Condition';
import type { Direction } from '../bindings/Direction';
import { m } from '../paraglide/messages';
import { tokens } from '../shared/json';
import { isSpan } from '../shared/span';
import { Flaw } from './fault';
import { formatList, formatLiteral, parseList, parseLiteral } from './literal';

const LEVELS = ['crosses_above', 'crosses_below', 'above', 'below', 'changes_by', 'changes_by_percent'] as const;

/** Every kind of condition that a row of the form can be; `json` is any at all. */
export type Kind =
  | (typeof LEVELS)[number]
  | 'event'
  | 'words'
  | 'text'
  | 'field'
  | 'rate_above'
  | 'rate_below'
  | 'silent_for'
  | 'reaches_percent'
  | 'stalls_for'
  | 'cel'
  | 'json';

/** How a field of the data is compared. */
export const TESTS = ['equals', 'differs', 'matches', 'in'] as const;
export type Test = (typeof TESTS)[number];

/** One condition as the form edits it: texts, which stay when the kind changes. */
export interface Row {
  kind: Kind;
  /** It must not hold. */
  not: boolean;
  level: string;
  recovery: string;
  span: string;
  direction: Direction | '';
  count: string;
  event: string;
  words: string;
  pattern: string;
  path: string;
  test: Test;
  operand: string;
  cel: string;
  json: string;
}

export function newRow(): Row {
  return {
    kind: 'crosses_above',
    not: false,
    level: '',
    recovery: '',
    span: '',
    direction: '',
    count: '',
    event: '',
    words: '',
    pattern: '',
    path: '',
    test: 'equals',
    operand: '',
    cel: '',
    json: '',
  };
}

/** The row of a condition. What the fields cannot say, or not without a loss, becomes JSON text. */
export function rowOf(condition: Condition): Row {
  const not = 'not' in condition;
  const inner = not ? condition.not : condition;
  const row: Row = { ...newRow(), ...read(inner), not };
  return isFaithful(row, condition) ? row : { ...newRow(), kind: 'json', not, json: JSON.stringify(inner, null, 2) };
}

function read(condition: Condition): Partial<Row> {
  if ('value' in condition) {
    const { value } = condition;
    const kind = LEVELS.find((kind) => value[kind] !== undefined) ?? 'above';
    const recovery = value.recovers_below ?? value.recovers_above ?? '';
    return {
      kind,
      level: String(value[kind]),
      recovery: String(recovery),
      span: value.within ?? '',
      direction: value.direction ?? '',
    };
  }
  if ('event' in condition) return { kind: 'event', event: condition.event };
  if ('text' in condition) {
    const { matches, words } = condition.text;
    return matches === undefined ? { kind: 'words', words: words ?? '' } : { kind: 'text', pattern: matches };
  }
  if ('field' in condition) {
    const test = TESTS.find((test) => condition[test] !== undefined) ?? 'equals';
    const pattern = condition.matches ?? '';
    const operand = condition.in
      ? formatList(condition.in)
      : formatLiteral(condition.equals ?? condition.differs ?? null);
    return { kind: 'field', path: condition.field, test, pattern, operand };
  }
  if ('rate' in condition) {
    const { above, below, per } = condition.rate;
    return { kind: above === undefined ? 'rate_below' : 'rate_above', count: String(above ?? below), span: per };
  }
  if ('silent_for' in condition) return { kind: 'silent_for', span: condition.silent_for };
  if ('progress' in condition) {
    const { reaches_percent: level, stalls_for: span } = condition.progress;
    return level === undefined ? { kind: 'stalls_for', span } : { kind: 'reaches_percent', level: String(level) };
  }
  if ('cel' in condition) return { kind: 'cel', cel: condition.cel };
  return { kind: 'json' };
}

/** Whether the row makes the same condition again, and its fields, of one line each, can show it. */
function isFaithful(row: Row, condition: Condition): boolean {
  if ([row.event, row.words, row.pattern, row.path].some((text) => /[\r\n]/.test(text))) return false;
  try {
    return canonical(conditionOf(row)) === canonical(condition);
  } catch {
    return false;
  }
}

/** The same text for what means the same: levels are texts or numbers, and fields have no order. */
function canonical(condition: Condition): string {
  return JSON.stringify(condition, (key, value: unknown) => {
    if (typeof value === 'number' && key !== 'equals' && key !== 'differs') return String(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/**
 * The condition of a row.
 *
 * @throws {Flaw} while something is missing in it, or no number, no time and the like.
 */
export function conditionOf(row: Row): Condition {
  const condition = make(row);
  return row.not ? { not: condition } : condition;
}

function make(row: Row): Condition {
  switch (row.kind) {
    case 'crosses_above':
    case 'above':
      return { value: { [row.kind]: level(row.level), ...recovery('recovers_below', row) } };
    case 'crosses_below':
    case 'below':
      return { value: { [row.kind]: level(row.level), ...recovery('recovers_above', row) } };
    case 'changes_by':
    case 'changes_by_percent': {
      const direction = row.direction ? { direction: row.direction } : {};
      return { value: { [row.kind]: level(row.level), within: span(row.span), ...direction } };
    }
    case 'event':
      return { event: given(row.event).trim() };
    case 'words':
      return { text: { words: given(row.words) } };
    case 'text':
      return { text: { matches: given(row.pattern) } };
    case 'field':
      return { field: given(row.path).trim(), ...comparison(row) };
    case 'rate_above':
      return { rate: { above: count(row.count), per: span(row.span) } };
    case 'rate_below':
      return { rate: { below: count(row.count), per: span(row.span) } };
    case 'silent_for':
      return { silent_for: span(row.span) };
    case 'reaches_percent':
      return { progress: { reaches_percent: level(row.level) } };
    case 'stalls_for':
      return { progress: { stalls_for: span(row.span) } };
    case 'cel':
      return { cel: given(row.cel) };
    case 'json':
      return condition(row.json);
  }
}

function recovery(field: 'recovers_below' | 'recovers_above', row: Row) {
  return row.recovery.trim() ? { [field]: level(row.recovery) } : {};
}

function comparison({ test, pattern, operand }: Row) {
  switch (test) {
    case 'matches':
      return { matches: given(pattern) };
    case 'in':
      return { in: parseList(given(operand)) };
    default:
      return { [test]: parseLiteral(given(operand)) };
  }
}

function given(text: string): string {
  if (!text.trim()) throw new Flaw(m.rule_missing(), true);
  return text;
}

/** A level travels as a text: the engine reads every digit. */
function level(text: string): string {
  const trimmed = given(text).trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) throw new Flaw(m.rule_no_level({ text: trimmed }));
  return trimmed;
}

/** A length of time; also the rule's own. */
export function span(text: string): string {
  const trimmed = given(text).trim();
  if (!isSpan(trimmed)) throw new Flaw(m.rule_no_span({ text: trimmed }));
  return trimmed;
}

/** A whole number; also of the rule's own limit. */
export function count(text: string): number {
  const trimmed = given(text).trim();
  if (!/^\d{1,9}$/.test(trimmed)) throw new Flaw(m.rule_no_count({ text: trimmed }));
  return Number(trimmed);
}

const KEYS = ['value', 'event', 'text', 'rate', 'silent_for', 'progress', 'all', 'any', 'not', 'cel', 'field'];

function condition(text: string): Condition {
  // A number with more digits than JSON numbers hold in a browser becomes a text, as levels are.
  const pieces = tokens(given(text)).map(({ kind, text }) =>
    kind === 'number' && text.replace(/\D/g, '').length > 15 ? JSON.stringify(text) : text,
  );
  let value: unknown;
  try {
    value = JSON.parse(pieces.join(''));
  } catch (thrown) {
    throw new Flaw(m.rule_no_json({ reason: (thrown as Error).message }));
  }
  if (typeof value !== 'object' || value === null || !KEYS.some((key) => Object.hasOwn(value, key)))
    throw new Flaw(m.rule_no_condition({ keys: KEYS.join(', ') }));
  return value as Condition;
}

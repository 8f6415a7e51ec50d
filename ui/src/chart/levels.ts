import type { Condition } from '../bindings/Condition';
import type { Feed } from '../bindings/Feed';
import type { Rule } from '../bindings/Rule';
import type { ValueCondition } from '../bindings/ValueCondition';
import { m } from '../paraglide/messages';

/** A level on a chart. */
export interface LevelLine {
  id: string;
  /** What it is called: whose level it is. */
  name: string;
  /** A decimal; empty: there is none yet. */
  value: string;
  /** Where the alert is over, or what ends it; not where it rings. */
  faint: boolean;
  /** It stays above or below its other half: the level and where it recovers. */
  least?: string;
  most?: string;
}

/** A level of a rule, and where in the rule it stands. */
export interface RuleLevel extends LevelLine {
  rule: string;
  path: Path;
  /** The rule asks for more than the value, which may be true of some keys of the feed alone. */
  ofSome?: boolean;
}

type Path = (string | number)[];

const ABOVE = ['crosses_above', 'above'] as const;
const BELOW = ['crosses_below', 'below'] as const;

/** Whether a rule looks at the readings of a feed. */
export function looksAt({ feeds = [], group }: Rule, feed: Feed): boolean {
  if (feeds.length === 0 && !group) return true;
  return feeds.includes(feed.id) || (Boolean(group) && feed.group === group);
}

/** The levels of all rules that look at a feed. */
export function levelsOf(rules: Rule[], feed: Feed): RuleLevel[] {
  return rules
    .filter((rule) => (rule.enabled ?? true) && looksAt(rule, feed))
    .flatMap((rule) => [
      ...inCondition(rule.when, ['when'], rule),
      ...(rule.until ? inCondition(rule.until, ['until'], rule).map(ending) : []),
    ]);
}

function ending(level: RuleLevel): RuleLevel {
  return { ...level, name: m.level_ends({ name: level.name }), faint: true };
}

function inCondition(condition: Condition, path: Path, rule: Rule): RuleLevel[] {
  if ('value' in condition) return inValue(condition.value, [...path, 'value'], rule);
  if ('not' in condition) return inCondition(condition.not, [...path, 'not'], rule);
  if ('all' in condition) {
    const levels = condition.all.flatMap((one, index) => inCondition(one, [...path, 'all', index], rule));
    return condition.all.some(tellsKeysApart) ? levels.map((level) => ({ ...level, ofSome: true })) : levels;
  }
  if ('any' in condition) return condition.any.flatMap((one, index) => inCondition(one, [...path, 'any', index], rule));
  return [];
}

function tellsKeysApart(condition: Condition): boolean {
  return 'field' in condition || 'text' in condition || 'event' in condition || 'cel' in condition;
}

function inValue(value: ValueCondition, path: Path, rule: Rule): RuleLevel[] {
  const level = [...ABOVE, ...BELOW].find((field) => value[field] !== undefined);
  if (!level) return [];
  const rises = ABOVE.some((field) => field === level);
  const recovery = rises ? 'recovers_below' : 'recovers_above';
  const line = (field: keyof ValueCondition, faint: boolean): RuleLevel => ({
    id: [rule.id, ...path, field].join('/'),
    name: faint ? m.level_armed({ name: rule.name }) : rule.name,
    rule: rule.id,
    path: [...path, field],
    value: String(value[field]),
    faint,
  });
  if (value[recovery] === undefined) return [line(level, false)];
  const [main, faint] = [line(level, false), line(recovery, true)];
  return paired(main, faint, rises);
}

/** A level and where it recovers, which stays on its side. */
export function paired<Line extends LevelLine>(level: Line, recovery: Line, rises: boolean): [Line, Line] {
  return rises
    ? [
        { ...level, least: recovery.value },
        { ...recovery, most: level.value },
      ]
    : [
        { ...level, most: recovery.value },
        { ...recovery, least: level.value },
      ];
}

/** A rule or a draft of one with another level at a place. */
export function withLevel<T extends object>(rule: T, path: Path, level: string): T {
  return replaced(rule, path, level) as T;
}

function replaced(node: unknown, [step, ...rest]: Path, level: string): unknown {
  if (step === undefined) return level;
  if (Array.isArray(node)) return node.map((each, index) => (index === step ? replaced(each, rest, level) : each));
  return { ...(node as object), [step]: replaced((node as Record<string | number, unknown>)[step], rest, level) };
}

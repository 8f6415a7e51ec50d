import type { Condition } from '../bindings/Condition';
import type { FieldCondition } from '../bindings/FieldCondition';
import type { Level } from '../bindings/Level';
import type { Per } from '../bindings/Per';
import type { Rule } from '../bindings/Rule';
import type { ValueCondition } from '../bindings/ValueCondition';
import { m } from '../paraglide/messages';
import { formatSpan } from '../shared/span';
import { formatList, formatLiteral } from './literal';

/** Writes a level for people. */
type Numbers = (level: string) => string;

/** A rule in words: what must be true, how long, until when and of what, and how often it may ring. */
export function saysRule(rule: Pick<Rule, 'when' | 'for' | 'until' | 'per' | 'gates'>, numbers: Numbers): string {
  const words = [says(rule.when, numbers)];
  if (rule.for) words.push(m.says_for({ span: formatSpan(rule.for) }));
  if (rule.until) words.push(m.says_until({ condition: says(rule.until, numbers) }));
  if (rule.per) words.push(SAYS_PER[rule.per]());
  const { cool_down, at_most } = rule.gates ?? {};
  if (cool_down) words.push(m.says_cool_down({ span: formatSpan(cool_down) }));
  if (at_most) words.push(m.says_at_most({ count: numbers(String(at_most.count)), span: formatSpan(at_most.per) }));
  return words.reduce((one, other) => m.says_both({ one, other }));
}

const SAYS_PER = {
  key: m.says_per_key,
  feed: m.says_per_feed,
  rule: m.says_per_rule,
} satisfies Record<Per, () => string>;

/** A condition in words. */
export function says(when: Condition, numbers: Numbers): string {
  if ('value' in when) return saysValue(when.value, numbers);
  if ('event' in when) return m.says_event({ type: when.event });
  if ('text' in when) {
    const { matches, words = '' } = when.text;
    return matches === undefined ? m.says_words({ words }) : m.says_text({ pattern: matches });
  }
  if ('field' in when) return saysField(when);
  if ('rate' in when) {
    const { above, below = 0, per } = when.rate;
    const span = formatSpan(per);
    return above === undefined
      ? m.says_rate_below({ count: numbers(String(below)), span })
      : m.says_rate_above({ count: numbers(String(above)), span });
  }
  if ('silent_for' in when) return m.says_silent_for({ span: formatSpan(when.silent_for) });
  if ('progress' in when) {
    const { reaches_percent: percent, stalls_for: span = '' } = when.progress;
    return percent === undefined
      ? m.says_stalls_for({ span: formatSpan(span) })
      : m.says_reaches_percent({ percent: numbers(String(percent)) });
  }
  if ('all' in when) return several(when.all, numbers, m.says_and);
  if ('any' in when) return several(when.any, numbers, m.says_or);
  if ('not' in when) return m.says_not({ condition: says(when.not, numbers) });
  if ('cel' in when) return m.says_cel({ expression: when.cel });
  return JSON.stringify(when);
}

function several(
  conditions: Condition[],
  numbers: Numbers,
  join: (inputs: { one: string; other: string }) => string,
): string {
  const words = conditions.map((condition) => {
    const text = says(condition, numbers);
    return isCompound(condition) ? m.says_together({ condition: text }) : text;
  });
  return words.length === 0 ? '' : words.reduce((one, other) => join({ one, other }));
}

/** Whether its words need brackets among others. */
function isCompound(condition: Condition): boolean {
  if ('value' in condition) return (condition.value.recovers_below ?? condition.value.recovers_above) !== undefined;
  return 'all' in condition || 'any' in condition;
}

const CROSSINGS = {
  crosses_above: m.says_crosses_above,
  crosses_below: m.says_crosses_below,
  above: m.says_above,
  below: m.says_below,
};

function saysValue(value: ValueCondition, numbers: Numbers): string {
  const number = (level: Level) => numbers(String(level));
  const { changes_by: amount, changes_by_percent: percent, recovers_below: below, recovers_above: above } = value;
  if (amount !== undefined || percent !== undefined) {
    const size = percent === undefined ? number(amount ?? 0) : m.says_percent({ number: number(percent) });
    const span = formatSpan(value.within ?? '');
    if (value.direction === 'up') return m.says_rises({ size, span });
    return value.direction === 'down' ? m.says_falls({ size, span }) : m.says_changes({ size, span });
  }
  const [kind, level] = Object.entries(value).find(([name]) => name in CROSSINGS) ?? [];
  const one = CROSSINGS[(kind ?? 'above') as keyof typeof CROSSINGS]({ level: number(level ?? '') });
  if (below !== undefined) return m.says_both({ one, other: m.says_recovers_below({ level: number(below) }) });
  if (above !== undefined) return m.says_both({ one, other: m.says_recovers_above({ level: number(above) }) });
  return one;
}

function saysField({ field: path, equals, differs, matches, in: list }: FieldCondition): string {
  if (matches !== undefined) return m.says_field_matches({ path, pattern: matches });
  if (list !== undefined) return m.says_field_in({ path, values: formatList(list) });
  if (differs !== undefined) return m.says_field_differs({ path, value: formatLiteral(differs) });
  return m.says_field_equals({ path, value: formatLiteral(equals ?? null) });
}

import type { Condition } from '../bindings/Condition';
import type { Rule } from '../bindings/Rule';
import type { RuleDraft } from '../bindings/RuleDraft';
import type { Urgency } from '../bindings/Urgency';
import type { ValueCondition } from '../bindings/ValueCondition';
import { m } from '../paraglide/messages';

export const KINDS = ['crosses_above', 'crosses_below', 'above', 'below', 'event', 'text'] as const;
export type Kind = (typeof KINDS)[number];
type ValueKind = Exclude<Kind, 'event' | 'text'>;

/** What the form edits. */
export interface RuleForm {
  name: string;
  /** Only these; else all. */
  some: boolean;
  feeds: string[];
  kind: Kind;
  level: string;
  recovery: string;
  event: string;
  pattern: string;
  urgency: Urgency;
}

/** The field of a condition that says where a rule is armed again. */
export function recoveryField(kind: Kind): 'recovers_below' | 'recovers_above' | undefined {
  if (kind === 'event' || kind === 'text') return undefined;
  return kind.endsWith('above') ? 'recovers_below' : 'recovers_above';
}

function valueKind(value: ValueCondition): ValueKind {
  return (
    (['crosses_above', 'crosses_below', 'above', 'below'] as const).find((kind) => value[kind] !== undefined) ?? 'above'
  );
}

export function formOf(rule?: Rule): RuleForm {
  const form: RuleForm = {
    name: rule?.name ?? '',
    some: (rule?.feeds ?? []).length > 0,
    feeds: [...(rule?.feeds ?? [])],
    kind: 'crosses_above',
    level: '',
    recovery: '',
    event: '',
    pattern: '',
    urgency: rule?.notify?.urgency ?? 'normal',
  };
  if (!rule) return form;
  if ('event' in rule.when) return { ...form, kind: 'event', event: rule.when.event };
  if ('text' in rule.when) return { ...form, kind: 'text', pattern: rule.when.text.matches ?? '' };
  if (!('value' in rule.when)) return form;
  const { value } = rule.when;
  const kind = valueKind(value);
  const recovery = value.recovers_below ?? value.recovers_above;
  return { ...form, kind, level: String(value[kind] ?? ''), recovery: recovery === undefined ? '' : String(recovery) };
}

/** The condition of a form; `undefined` while what it needs is empty. */
export function conditionOf(form: RuleForm): Condition | undefined {
  switch (form.kind) {
    case 'event':
      return form.event.trim() ? { event: form.event.trim() } : undefined;
    case 'text':
      return form.pattern ? { text: { matches: form.pattern } } : undefined;
    default: {
      if (!form.level.trim()) return undefined;
      const field = recoveryField(form.kind);
      const recovery = form.recovery.trim();
      // Levels travel as texts: the engine reads every digit.
      return { value: { [form.kind]: form.level.trim(), ...(field && recovery ? { [field]: recovery } : {}) } };
    }
  }
}

export function draftOf(form: RuleForm, when: Condition, rule?: Rule): RuleDraft {
  return {
    ...(rule ? { id: rule.id, enabled: rule.enabled, gates: rule.gates } : {}),
    name: form.name.trim(),
    feeds: form.some ? form.feeds : [],
    when,
    notify: { urgency: form.urgency },
  };
}

const SAYS = {
  crosses_above: m.says_crosses_above,
  crosses_below: m.says_crosses_below,
  above: m.says_above,
  below: m.says_below,
} satisfies Record<ValueKind, unknown>;

/** A condition in words; `number` writes a level for people. */
export function says(when: Condition, number: (level: string) => string): string {
  if ('event' in when) return m.says_event({ type: when.event });
  if ('text' in when) return m.says_text({ pattern: when.text.matches ?? when.text.words ?? '' });
  if (!('value' in when)) return JSON.stringify(when);
  const { value } = when;
  const kind = valueKind(value);
  const crossing = SAYS[kind]({ level: number(String(value[kind] ?? '')) });
  const { recovers_below: below, recovers_above: above } = value;
  if (below !== undefined)
    return m.says_both({ one: crossing, other: m.says_recovers_below({ level: number(String(below)) }) });
  if (above !== undefined)
    return m.says_both({ one: crossing, other: m.says_recovers_above({ level: number(String(above)) }) });
  return crossing;
}

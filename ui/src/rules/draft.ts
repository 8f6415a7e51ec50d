import type { Condition } from '../bindings/Condition';
import type { Per } from '../bindings/Per';
import type { Rule } from '../bindings/Rule';
import type { RuleDraft } from '../bindings/RuleDraft';
import type { Urgency } from '../bindings/Urgency';
import { m } from '../paraglide/messages';
import { at, Flaw } from './fault';
import { conditionOf, newRow, type Row, rowOf, span } from './row';

/** What the form edits. */
export interface RuleForm {
  name: string;
  /** Which feeds it looks at. */
  scope: 'all' | 'some' | 'group';
  feeds: string[];
  group: string;
  /** The rule names feeds and a group: then both are edited together. */
  both: boolean;
  /** How many of the rows must hold. */
  join: 'all' | 'any';
  rows: Row[];
  /** How long it must hold; empty: rings at once. */
  hold: string;
  until: Row | undefined;
  /** Empty: the engine chooses. */
  per: Per | '';
  urgency: Urgency;
}

/** The form of a new rule, or of one that is there. */
export function formOf(rule?: Rule): RuleForm {
  const feeds = [...(rule?.feeds ?? [])];
  return {
    name: rule?.name ?? '',
    scope: rule?.group ? 'group' : feeds.length > 0 ? 'some' : 'all',
    feeds,
    group: rule?.group ?? '',
    both: Boolean(rule?.group) && feeds.length > 0,
    ...rowsOf(rule?.when),
    hold: rule?.for ?? '',
    until: rule?.until ? rowOf(rule.until) : undefined,
    per: rule?.per ?? '',
    urgency: rule?.notify?.urgency ?? 'normal',
  };
}

function rowsOf(when?: Condition): Pick<RuleForm, 'join' | 'rows'> {
  if (!when) return { join: 'all', rows: [newRow()] };
  if ('all' in when && when.all.length > 0) return { join: 'all', rows: when.all.map(rowOf) };
  if ('any' in when && when.any.length > 0) return { join: 'any', rows: when.any.map(rowOf) };
  return { join: 'all', rows: [rowOf(when)] };
}

function whenOf({ join, rows }: RuleForm): Condition {
  const conditions = rows.map((row, index) => at(index, () => conditionOf(row)));
  const [only] = conditions;
  if (only && conditions.length === 1) return only;
  return join === 'all' ? { all: conditions } : { any: conditions };
}

function feedsOf({ scope, feeds, group, both }: RuleForm): Pick<RuleDraft, 'feeds' | 'group'> {
  if (scope === 'some') {
    // None would mean all of them to the engine.
    if (feeds.length === 0) throw new Flaw(m.rule_no_feeds(), true);
    return { feeds: [...feeds] };
  }
  if (scope === 'all') return { feeds: [] };
  if (!group.trim()) throw new Flaw(m.rule_no_group(), true);
  return { feeds: both ? [...feeds] : [], group: group.trim() };
}

/**
 * What the engine is sent.
 *
 * @throws {Fault} that says where the form is no rule yet.
 */
export function draftOf(form: RuleForm, rule?: Rule): RuleDraft {
  const { hold, until, per } = form;
  return {
    ...(rule ? { id: rule.id, enabled: rule.enabled, gates: rule.gates } : {}),
    name: form.name.trim(),
    when: whenOf(form),
    ...(hold.trim() ? { for: at('for', () => span(hold)) } : {}),
    ...(until ? { until: at('until', () => conditionOf(until)) } : {}),
    ...(per ? { per } : {}),
    ...at('feeds', () => feedsOf(form)),
    notify: { ...rule?.notify, urgency: form.urgency },
  };
}

/** A draft that leaves the rule as it is. */
export function ruleToDraft(rule: Rule): RuleDraft {
  const given = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null && value !== undefined));
  return { ...(given as Omit<RuleDraft, 'feeds'>), feeds: rule.feeds ?? [] };
}

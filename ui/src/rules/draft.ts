import type { Condition } from '../bindings/Condition';
import type { Gates } from '../bindings/Gates';
import type { Per } from '../bindings/Per';
import type { Rule } from '../bindings/Rule';
import type { RuleDraft } from '../bindings/RuleDraft';
import type { RuleNotify } from '../bindings/RuleNotify';
import type { Urgency } from '../bindings/Urgency';
import { m } from '../paraglide/messages';
import { at, Flaw } from './fault';
import { conditionOf, count, newRow, type Row, rowOf, span } from './row';

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
  /** How long it is quiet after it rang; empty: not at all. */
  coolDown: string;
  /** How many may ring, and in what time; both empty: any number. */
  atMost: string;
  atMostPer: string;
  urgency: Urgency;
  sound: Sound;
}

/** Whether a rule's notifications sound; empty: as the desktop does. */
export type Sound = '' | 'on' | 'off';

/** The form of a new rule, of one that is begun, or of one that is there. */
export function formOf(rule?: Rule | RuleDraft): RuleForm {
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
    coolDown: rule?.gates?.cool_down ?? '',
    atMost: String(rule?.gates?.at_most?.count ?? ''),
    atMostPer: rule?.gates?.at_most?.per ?? '',
    urgency: rule?.notify?.urgency ?? 'normal',
    sound: soundOf(rule?.notify?.sound),
  };
}

function soundOf(sound?: boolean | null): Sound {
  if (sound === undefined || sound === null) return '';
  return sound ? 'on' : 'off';
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

/** What the form does not show of it stays as it is. */
function notifyOf({ urgency, sound }: RuleForm, rule?: Rule): RuleNotify {
  const kept = { ...rule?.notify };
  delete kept.sound;
  return { ...kept, urgency, ...(sound ? { sound: sound === 'on' } : {}) };
}

function gatesOf({ coolDown, atMost, atMostPer }: RuleForm): Gates {
  return {
    ...(coolDown.trim() ? { cool_down: at('gates.cool_down', () => span(coolDown)) } : {}),
    ...(atMost.trim() || atMostPer.trim()
      ? {
          at_most: {
            count: at('gates.at_most.count', () => count(both(atMost))),
            per: at('gates.at_most.per', () => span(both(atMostPer))),
          },
        }
      : {}),
  };
}

/** One of the two without which there is no limit. */
function both(text: string): string {
  if (!text.trim()) throw new Flaw(m.rule_limit_missing(), true);
  return text;
}

/**
 * What the engine is sent.
 *
 * @throws {Fault} that says where the form is no rule yet.
 */
export function draftOf(form: RuleForm, rule?: Rule): RuleDraft {
  const { hold, until, per } = form;
  const gates = gatesOf(form);
  return {
    ...(rule ? { id: rule.id, enabled: rule.enabled } : {}),
    name: form.name.trim(),
    when: whenOf(form),
    ...(hold.trim() ? { for: at('for', () => span(hold)) } : {}),
    ...(until ? { until: at('until', () => conditionOf(until)) } : {}),
    ...(per ? { per } : {}),
    ...at('feeds', () => feedsOf(form)),
    ...(Object.keys(gates).length > 0 ? { gates } : {}),
    notify: notifyOf(form, rule),
  };
}

/** A draft that leaves the rule as it is. */
export function ruleToDraft(rule: Rule): RuleDraft {
  const given = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null && value !== undefined));
  return { ...(given as Omit<RuleDraft, 'feeds'>), feeds: rule.feeds ?? [] };
}

import { m } from '../paraglide/messages';
import { type Kind, type Row, TESTS, type Test } from './row';

/** Something to fill in for a condition. */
export interface Input {
  name: Exclude<keyof Row, 'kind' | 'not'>;
  label: () => string;
  hint?: () => string;
  /** Chosen from these; else typed. */
  choices?: Record<string, () => string>;
  placeholder?: string;
  decimal?: boolean;
  /** Has room for several lines. */
  long?: boolean;
}

interface KindFace {
  name: () => string;
  inputs: (row: Row) => Input[];
}

const LEVEL: Input = { name: 'level', label: m.rule_level, decimal: true };
const RECOVERY: Input = { name: 'recovery', label: m.rule_recovery_below, hint: m.rule_recovery_hint, decimal: true };
const CHANGE: Input = { name: 'level', label: m.rule_change, decimal: true };
const SPAN: Input = { name: 'span', label: m.rule_span, hint: m.rule_span_hint, placeholder: '5m' };
const WITHIN: Input = { ...SPAN, label: m.rule_within };
const DIRECTION: Input = {
  name: 'direction',
  label: m.rule_direction,
  choices: { '': m.direction_both, up: m.direction_up, down: m.direction_down },
};
const COUNT: Input = { name: 'count', label: m.rule_count, decimal: true };
const PATTERN: Input = { name: 'pattern', label: m.rule_pattern, hint: m.rule_pattern_hint };
const OPERAND: Input = { name: 'operand', label: m.rule_operand, hint: m.rule_operand_hint };

const TEST_NAMES = {
  equals: m.test_equals,
  differs: m.test_differs,
  matches: m.test_matches,
  in: m.test_in,
} satisfies Record<Test, () => string>;

const above = [LEVEL, RECOVERY];
const below = [LEVEL, { ...RECOVERY, label: m.rule_recovery_above }];

function field({ test }: Row): Input[] {
  const operand = test === 'matches' ? PATTERN : test === 'in' ? { ...OPERAND, hint: m.rule_operands_hint } : OPERAND;
  return [
    { name: 'path', label: m.rule_path, hint: m.rule_path_hint, placeholder: '$.status' },
    { name: 'test', label: m.rule_test, choices: Object.fromEntries(TESTS.map((test) => [test, TEST_NAMES[test]])) },
    operand,
  ];
}

/** Every kind of condition: its name, and what there is to fill in for it. */
export const KINDS: Record<Kind, KindFace> = {
  crosses_above: { name: m.kind_crosses_above, inputs: () => above },
  crosses_below: { name: m.kind_crosses_below, inputs: () => below },
  above: { name: m.kind_above, inputs: () => above },
  below: { name: m.kind_below, inputs: () => below },
  changes_by: { name: m.kind_changes_by, inputs: () => [CHANGE, WITHIN, DIRECTION] },
  changes_by_percent: {
    name: m.kind_changes_by_percent,
    inputs: () => [{ ...CHANGE, label: m.rule_change_percent }, WITHIN, DIRECTION],
  },
  event: { name: m.kind_event, inputs: () => [{ name: 'event', label: m.rule_event, hint: m.rule_event_hint }] },
  words: { name: m.kind_words, inputs: () => [{ name: 'words', label: m.rule_words, hint: m.rule_words_hint }] },
  text: { name: m.kind_text, inputs: () => [PATTERN] },
  field: { name: m.kind_field, inputs: field },
  rate_above: { name: m.kind_rate_above, inputs: () => [COUNT, { ...SPAN, label: m.rule_per_time }] },
  rate_below: { name: m.kind_rate_below, inputs: () => [COUNT, { ...SPAN, label: m.rule_per_time }] },
  silent_for: { name: m.kind_silent_for, inputs: () => [SPAN] },
  reaches_percent: { name: m.kind_reaches_percent, inputs: () => [{ ...LEVEL, label: m.rule_percent }] },
  stalls_for: { name: m.kind_stalls_for, inputs: () => [SPAN] },
  cel: { name: m.kind_cel, inputs: () => [{ name: 'cel', label: m.rule_cel, hint: m.rule_cel_hint, long: true }] },
  json: { name: m.kind_json, inputs: () => [{ name: 'json', label: m.rule_json, hint: m.rule_json_hint, long: true }] },
};

/** The kinds as they are offered. */
export const KIND_GROUPS: { name: () => string; kinds: Kind[] }[] = [
  {
    name: m.kinds_value,
    kinds: ['crosses_above', 'crosses_below', 'above', 'below', 'changes_by', 'changes_by_percent'],
  },
  { name: m.kinds_content, kinds: ['event', 'words', 'text', 'field'] },
  { name: m.kinds_flow, kinds: ['rate_above', 'rate_below', 'silent_for'] },
  { name: m.kinds_progress, kinds: ['reaches_percent', 'stalls_for'] },
  { name: m.kinds_free, kinds: ['cel', 'json'] },
];

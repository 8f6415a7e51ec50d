import type { Alert } from '../bindings/Alert';
import type { Gate } from '../bindings/Gate';
import { m } from '../paraglide/messages';
import { clipLine, isolated } from '../shared/text';

export const GATES = {
  leaving: m.gate_leaving,
  feed_silent: m.gate_feed_silent,
  duplicate: m.gate_duplicate,
  parent_down: m.gate_parent_down,
  catching_up: m.gate_catching_up,
  muted: m.gate_muted,
  snoozed: m.gate_snoozed,
  do_not_disturb: m.gate_do_not_disturb,
  quiet_hours: m.gate_quiet_hours,
  cool_down: m.gate_cool_down,
  limit: m.gate_limit,
  storm: m.gate_storm,
} satisfies Record<Gate, () => string>;

/** The engine's words for what became of a notification; any other text is why it failed. */
const ANSWERS = new Map([
  ['shown', m.answer_shown],
  ['opened', m.answer_opened],
  ['acknowledged', m.answer_acknowledged],
  ['snoozed', m.answer_snoozed],
  ['feed muted', m.answer_feed_muted],
  ['link opened', m.answer_link_opened],
  ['dismissed', m.answer_dismissed],
  ['expired', m.answer_expired],
]);

type Told = Pick<Alert, 'announced' | 'answer' | 'snoozed_until'>;

/** How an alert was announced and what became of that, each in words; what simply rang needs none. */
export function saysAnnounced({ announced, answer, snoozed_until }: Told, time: (at: number) => string): string[] {
  const words: string[] = [];
  if (announced.how !== 'rung') {
    const gate = GATES[announced.gate]();
    if (announced.how === 'held') words.push(m.announced_held({ gate, time: time(announced.until) }));
    else words.push(announced.how === 'digest' ? m.announced_digest({ gate }) : m.announced_silent({ gate }));
  }
  if (answer !== null)
    words.push(ANSWERS.get(answer)?.() ?? m.answer_failed({ reason: isolated(clipLine(answer, 200)) }));
  if (snoozed_until !== null) words.push(m.snoozed_until({ time: time(snoozed_until) }));
  return words;
}

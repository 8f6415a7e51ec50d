import type { Alert } from '../bindings/Alert';
import type { Gate } from '../bindings/Gate';
import { m } from '../paraglide/messages';

const GATES = {
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

/** How an alert was announced, in words; nothing for what rang as it should. `time` writes a moment. */
export function announcedWords(alert: Alert, time: (at: number) => string): string | undefined {
  const { announced } = alert;
  switch (announced.how) {
    case 'rung':
      return undefined;
    case 'held':
      return m.announced_held({ time: time(announced.until), gate: GATES[announced.gate]() });
    case 'digest':
      return m.announced_digest({ gate: GATES[announced.gate]() });
    case 'silent':
      return m.announced_silent({ gate: GATES[announced.gate]() });
  }
}

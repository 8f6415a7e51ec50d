import type { Alert } from '../bindings/Alert';
import type { AlertState } from '../bindings/AlertState';
import { m } from '../paraglide/messages';

const NAMES = {
  firing: m.alert_firing,
  acknowledged: m.alert_acknowledged,
  resolved: m.alert_resolved,
} satisfies Record<AlertState, () => string>;

export function stateName(state: AlertState): string {
  return NAMES[state]();
}

/** Firing ones of rules first; then newest first. */
export function inboxOrder(alerts: Alert[]): Alert[] {
  const pressing = (alert: Alert) => (alert.state === 'firing' ? 0 : 1);
  return [...alerts].sort((a, b) => pressing(a) - pressing(b) || b.at - a.at || b.id - a.id);
}

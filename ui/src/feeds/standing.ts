import type { Status } from '../bindings/Status';
import { m } from '../paraglide/messages';
import { ago, secondsUntil } from '../shared/time';

/** After so long without a byte a connection is said to wait for the first one. */
const FIRST_BYTE_MS = 5000;

/** How a subscription stands, in words: with the freshness of its last event while it is open. */
export function standing(status: Status, lastEventAt: number | null, now: number, locale: string): string {
  switch (status.type) {
    case 'connecting':
      return now - status.since > FIRST_BYTE_MS ? m.status_first_byte() : m.status_connecting();
    case 'open':
      return lastEventAt === null ? m.status_open() : ago(lastEventAt, now, locale);
    case 'waiting':
      return m.status_waiting({ count: secondsUntil(status.until, now) });
    case 'stopped':
      return m.status_stopped();
    case 'paused':
      return m.status_paused();
  }
}

/** The state alone, in a word. */
export function stateName(status: Status): string {
  switch (status.type) {
    case 'connecting':
      return m.status_connecting();
    case 'open':
      return m.status_open();
    case 'waiting':
      return m.footer_retrying();
    case 'stopped':
      return m.status_stopped();
    case 'paused':
      return m.status_paused();
  }
}

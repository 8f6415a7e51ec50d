import type { Per } from '../bindings/Per';
import type { Urgency } from '../bindings/Urgency';
import { m } from '../paraglide/messages';
import type { Sound } from './draft';

export const URGENCIES = {
  low: m.urgency_low,
  normal: m.urgency_normal,
  critical: m.urgency_critical,
} satisfies Record<Urgency, () => string>;

export const SOUNDS = {
  '': m.sound_desktop,
  on: m.sound_on,
  off: m.sound_off,
} satisfies Record<Sound, () => string>;

/** What a rule tells apart; empty: as the engine chooses. */
export const PER_NAMES = {
  '': m.per_auto,
  key: m.per_key,
  feed: m.per_feed,
  rule: m.per_rule,
} satisfies Record<Per | '', () => string>;

import type { Urgency } from '../bindings/Urgency';
import { m } from '../paraglide/messages';

export const URGENCIES = {
  low: m.urgency_low,
  normal: m.urgency_normal,
  critical: m.urgency_critical,
} satisfies Record<Urgency, () => string>;

import type { Feed } from '../bindings/Feed';
import type { Retention } from '../bindings/Retention';
import { m } from '../paraglide/messages';
import { formatBytes } from '../shared/bytes';

export function retentionOf({ limits }: Feed): Retention {
  return { days: limits.keep_days, megabytes: limits.keep_megabytes };
}

/** What all feeds agree on; what new ones get where they do not. */
export function commonRetention(feeds: Feed[], usual: Retention): Retention {
  const [first = usual, ...others] = feeds.map(retentionOf);
  const same = ({ days, megabytes }: Retention) => days === first.days && megabytes === first.megabytes;
  return others.every(same) ? first : usual;
}

export function saysRetention({ days, megabytes }: Retention, locale: string): string {
  const kept = days === 0 ? m.keep_for_ever() : days === 1 ? m.keep_days_one() : m.keep_days({ count: days });
  const size = megabytes === 0 ? m.keep_any_size() : formatBytes(megabytes * 1_000_000, locale);
  return m.keep_says({ days: kept, size });
}

/** A whole number as a person writes it; nothing written is 0: no limit. */
export function limitOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  const number = Number(trimmed);
  return /^\d+$/.test(trimmed) && number <= 4_000_000_000 ? number : undefined;
}

import type { Event } from '../bindings/Event';
import type { Reading } from '../bindings/Reading';
import { isolated } from '../shared/text';

function phrase(reading: Reading, decimal: (value: string) => string): string {
  const { score, value, unit, progress, total } = reading;
  const parts = [reading.key, reading.title === reading.key ? undefined : reading.title, reading.body];
  if (score)
    parts.push(`${score.home} ${decimal(score.home_score)} : ${decimal(score.away_score)} ${score.away}`, score.moment);
  if (value !== undefined) parts.push([decimal(value), unit].filter(Boolean).join(' '));
  if (progress !== undefined) parts.push(`${Math.floor((progress / (total || 100)) * 100)} %`);
  if (reading.state && reading.state !== 'open') parts.push(reading.state);
  return parts.flatMap((part) => (part ? isolated(part) : [])).join(' · ');
}

/** An event in one line, as it was understood; empty if it was not. */
export function headline(event: Event, decimal: (value: string) => string): string {
  return event.readings
    .map((reading) => phrase(reading, decimal))
    .filter(Boolean)
    .join(' — ')
    .replaceAll('\n', ' ');
}

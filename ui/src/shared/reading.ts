import type { Reading } from '../bindings/Reading';
import { isolated } from './text';

function phrase(reading: Reading, decimal: (value: string) => string): string {
  const { score, value, unit, progress, total } = reading;
  // A headline says what it is about; a key may be a number that only programs know.
  const parts = [reading.title || reading.key, reading.body];
  if (score)
    parts.push(`${score.home} ${decimal(score.home_score)} : ${decimal(score.away_score)} ${score.away}`, score.moment);
  if (value !== undefined) parts.push([decimal(value), unit].filter(Boolean).join(' '));
  if (progress !== undefined) parts.push(`${Math.floor((progress / (total || 100)) * 100)} %`);
  if (reading.state && reading.state !== 'open') parts.push(reading.state);
  return parts.flatMap((part) => (part ? isolated(part) : [])).join(' · ');
}

/** The readings of an event in one line, with decimals as `decimal` writes them; empty if nothing was understood. */
export function headline(readings: Reading[], decimal: (value: string) => string): string {
  return readings
    .map((reading) => phrase(reading, decimal))
    .filter(Boolean)
    .join(' — ')
    .replaceAll('\n', ' ');
}

import type { ReplayOverview } from '../../bindings/ReplayOverview';

const MINUTE = 60_000;

/** A recording of ten minutes, as the window gets it. */
export function recordingAt(now: number, feed: { id: string; name: string } | null): ReplayOverview {
  const started = now - 60 * MINUTE;
  const density = Array.from({ length: 147 }, (_, piece) => Math.round(8 + 6 * Math.sin(piece / 9) + (piece % 7)));
  const alert = (seconds: number, title: string, body: string, ended: number | null) => ({
    at: started + seconds * 1000,
    rule: title.toLowerCase(),
    title,
    body,
    urgency: 'normal' as const,
    resolved_at: ended === null ? null : started + ended * 1000,
  });
  return {
    file: 'prices.jsonl',
    url: 'https://stream.example.com/prices?symbol=…',
    name: feed?.name ?? 'Prices',
    feed: feed?.id ?? null,
    view: 'price',
    rules: 2,
    started,
    ended: started + 10 * MINUTE,
    events: density.reduce((sum, count) => sum + count, 0),
    density,
    piece: 4096,
    rings: 3,
    alerts: [
      alert(73, 'BTC above 61 000', '61 020.5 USD', 181),
      alert(322, 'BTC above 61 000', '61 001 USD', 391),
      alert(540, 'Nothing comes', 'Silent for 30 seconds', null),
    ],
    broken: null,
  };
}

import type { Card } from '../../bindings/Card';
import type { Snapshot } from '../../bindings/Snapshot';

const KEPT_AS = 'streambell-board';

/** The dashboard as the user arranged it. */
interface Board {
  order: string[];
  cards: Record<string, Card>;
  groups: Record<string, string | null>;
  folded: string[];
}

/** Keeps it for the next page of the same tab, as the engine does over a restart. */
export function keepBoard({ feeds, folded }: Snapshot): void {
  const board: Board = {
    order: feeds.map(({ feed }) => feed.id),
    cards: Object.fromEntries(feeds.map(({ feed, card }) => [feed.id, card])),
    groups: Object.fromEntries(feeds.map(({ feed }) => [feed.id, feed.group ?? null])),
    folded,
  };
  globalThis.sessionStorage?.setItem(KEPT_AS, JSON.stringify(board));
}

/** What an earlier page kept, put onto a story's beginning. */
export function withBoard(snapshot: Snapshot): Snapshot {
  const kept = globalThis.sessionStorage?.getItem(KEPT_AS);
  if (!kept) return snapshot;
  const { order, cards, groups, folded } = JSON.parse(kept) as Board;
  const feeds = snapshot.feeds.map((state) => ({
    ...state,
    card: cards[state.feed.id] ?? state.card,
    feed: state.feed.id in groups ? { ...state.feed, group: groups[state.feed.id] ?? null } : state.feed,
  }));
  return { ...snapshot, feeds: ordered(feeds, order), folded };
}

/** Those that are not named keep their order, behind. */
export function ordered(feeds: Snapshot['feeds'], ids: string[]): Snapshot['feeds'] {
  const place = ({ feed }: Snapshot['feeds'][number]) => (ids.includes(feed.id) ? ids.indexOf(feed.id) : ids.length);
  return [...feeds].sort((a, b) => place(a) - place(b));
}

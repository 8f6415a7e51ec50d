import type { Feed } from '../bindings/Feed';

/** Feeds that the user keeps together; without a name: those that are in no group. */
export interface Group<F> {
  name: string;
  feeds: F[];
}

/** Groups in the order of their first feeds; feeds without one come first. */
export function groupsOf<F extends { feed: Feed }>(feeds: F[]): Group<F>[] {
  const groups = new Map<string, F[]>([['', []]]);
  for (const model of feeds) {
    const name = model.feed.group ?? '';
    groups.set(name, [...(groups.get(name) ?? []), model]);
  }
  return [...groups].map(([name, feeds]) => ({ name, feeds })).filter(({ feeds }) => feeds.length > 0);
}

/** The order of all feeds with one moved by a place inside its group. */
export function moved<F extends { id: string }>(groups: Group<F>[], id: string, by: -1 | 1): string[] {
  return groups.flatMap(({ feeds }) => {
    const order = feeds.map((model) => model.id);
    const from = order.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= order.length) return order;
    return order.toSpliced(from, 1).toSpliced(to, 0, id);
  });
}

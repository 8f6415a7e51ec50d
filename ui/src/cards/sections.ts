import type { FeedModel } from '../state/feed.svelte';

/** Feeds that the user keeps together; those without a group are one too, of no name. */
export interface Section {
  group: string;
  feeds: FeedModel[];
}

/** Where a card is put. */
export interface Spot {
  group: string;
  /** Its place among the others of the section. */
  index: number;
}

/** The dashboard from top to bottom: what is in no group first, then each group where its first feed stands. */
export function sectionsOf(feeds: FeedModel[]): Section[] {
  const found = new Map<string, FeedModel[]>([['', []]]);
  for (const feed of feeds) {
    const group = feed.feed.group ?? '';
    found.set(group, [...(found.get(group) ?? []), feed]);
  }
  return [...found].flatMap(([group, feeds]) => (feeds.length > 0 ? [{ group, feeds }] : []));
}

/** Where a feed stands. */
export function spotOf(sections: Section[], feed: FeedModel): Spot {
  const section = sections.find(({ feeds }) => feeds.includes(feed));
  return { group: section?.group ?? '', index: section?.feeds.indexOf(feed) ?? 0 };
}

/** The sections with a feed put elsewhere; an emptied one stays, so that the feed can be put back. */
export function moved(sections: Section[], feed: FeedModel, to: Spot): Section[] {
  return withSection(sections, to.group).map(({ group, feeds }) => {
    const others = feeds.filter((each) => each !== feed);
    return { group, feeds: group === to.group ? others.toSpliced(to.index, 0, feed) : others };
  });
}

/** A new group comes last; what is in none comes first. */
function withSection(sections: Section[], group: string): Section[] {
  if (sections.some((section) => section.group === group)) return sections;
  const added = { group, feeds: [] };
  return group ? [...sections, added] : [added, ...sections];
}

/** The sections with a group put before another, or behind all. */
export function groupMoved(sections: Section[], group: string, before: string | undefined): Section[] {
  const taken = sections.filter((section) => section.group === group);
  const others = sections.filter((section) => section.group !== group);
  const index = others.findIndex((section) => section.group === before);
  return others.toSpliced(index < 0 ? others.length : index, 0, ...taken);
}

/** Groups that have a name, from top to bottom. */
export function groupsOf(sections: Section[]): string[] {
  return sections.map(({ group }) => group).filter(Boolean);
}

/** The order of all feeds. */
export function orderOf(sections: Section[]): string[] {
  return sections.flatMap(({ feeds }) => feeds.map(({ id }) => id));
}

import type { FeedModel } from '../state/feed.svelte';

/** A link that offers this feed to others: what it takes to add it, and nothing from the key ring. */
export function linkTo({ feed }: Pick<FeedModel, 'feed'>): string {
  const { url, name, view, group } = feed;
  const said = Object.entries({ url, name, view, group }).flatMap(([field, value]) =>
    value ? [`${field}=${encodeURIComponent(value)}`] : [],
  );
  return `streambell://add?${said.join('&')}`;
}

/** Whether an address has a part in which services put tokens. */
export function mayTell(url: string): boolean {
  return URL.canParse(url) && new URL(url).search !== '';
}

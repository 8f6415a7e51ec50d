import { tick } from 'svelte';

import type { Card } from '../bindings/Card';
import { m } from '../paraglide/messages';
import type { App } from '../state/app.svelte';
import type { FeedModel } from '../state/feed.svelte';
import type { Place } from './layout';
import { VIEWS } from './registry';
import { groupMoved, groupsOf, moved, orderOf, sectionsOf, type Spot, spotOf } from './sections';
import { type Step, stepped } from './size';

/** Arranges the dashboard as the user says: what is said is seen at once, and kept by the engine. */
export class Arranger {
  /** What a screen reader is told of it. */
  said = $state('');
  /** Columns of the grid. */
  width = $state(12);

  #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** One place earlier or later among its section, or to its start. */
  async move(feed: FeedModel, to: 'earlier' | 'later' | 'start'): Promise<void> {
    const sections = sectionsOf(this.#app.store.feeds);
    const { group, index } = spotOf(sections, feed);
    const count = sections.find((section) => section.group === group)?.feeds.length ?? 1;
    const wanted = to === 'start' ? 0 : index + (to === 'later' ? 1 : -1);
    await this.put(feed, { group, index: Math.min(Math.max(wanted, 0), count - 1) });
  }

  /** To the end of a group, which may be new; `''`: of none. */
  async group(feed: FeedModel, group: string): Promise<void> {
    const section = sectionsOf(this.#app.store.feeds).find((each) => each.group === group);
    await this.put(feed, { group, index: section?.feeds.filter((each) => each !== feed).length ?? 0 });
    await tick();
    // It is another card in the page: the keyboard goes on from there.
    const card = document.querySelector(`article[data-feed="${CSS.escape(feed.id)}"]`);
    card?.querySelector<HTMLElement>('h2 a')?.focus();
  }

  /** A whole group one place up or down. */
  async moveGroup(group: string, to: 'up' | 'down'): Promise<void> {
    const groups = groupsOf(sectionsOf(this.#app.store.feeds));
    const index = groups.indexOf(group);
    const before = to === 'up' ? groups[Math.max(index - 1, 0)] : groups[index + 2];
    if (before !== group) await this.putGroup(group, before);
  }

  /** A whole group before another, or behind all. */
  async putGroup(group: string, before: string | undefined): Promise<void> {
    const sections = sectionsOf(this.#app.store.feeds);
    const after = groupMoved(sections, group, before);
    const groups = groupsOf(after);
    this.said = m.group_moved({ group, place: groups.indexOf(group) + 1, count: groups.length });
    const [order, wanted] = [orderOf(sections), orderOf(after)];
    if (order.join() === wanted.join()) return;
    await this.#order(wanted);
    if (!(await this.#app.run((backend) => backend.orderFeeds(wanted)))) await this.#order(order);
  }

  /** To a place, also in another group. */
  async put(feed: FeedModel, spot: Spot): Promise<void> {
    const { store } = this.#app;
    const before = sectionsOf(store.feeds);
    const from = spotOf(before, feed);
    const after = moved(before, feed, spot);
    const count = after.find(({ group }) => group === spot.group)?.feeds.length ?? 1;
    const told = { name: feed.feed.name, place: spot.index + 1, count };
    this.said = spot.group ? m.card_moved_group({ ...told, group: spot.group }) : m.card_moved(told);
    if (from.group === spot.group && from.index === spot.index) return;
    const order = orderOf(before);
    const feedBefore = feed.feed;
    if (from.group !== spot.group) feed.feed = { ...feed.feed, group: spot.group || null };
    await this.#order(orderOf(after));
    const done = await this.#app.run(async (backend) => {
      if (from.group !== spot.group) await backend.groupFeed(feed.id, spot.group || null);
      await backend.orderFeeds(orderOf(after));
    });
    if (!done) {
      feed.feed = feedBefore;
      await this.#order(order);
    }
  }

  /** Who moves a card by keyboard goes on from it: moving it in the page would take the focus away. */
  async #order(feeds: string[]): Promise<void> {
    const focused = document.activeElement;
    this.#app.store.apply([{ type: 'order', feeds }]);
    await tick();
    if (focused instanceof HTMLElement && document.activeElement !== focused) focused.focus();
  }

  /** A step larger or smaller than it is drawn. */
  async step(feed: FeedModel, place: Place, step: Step): Promise<void> {
    await this.arrange(feed, stepped(feed.card, VIEWS[feed.view].size, place, step, this.width));
  }

  /** As suits its view again. */
  async fit(feed: FeedModel): Promise<void> {
    const { window } = feed.card;
    await this.arrange(feed, window ? { window } : {});
    this.said = m.card_fitted({ name: feed.feed.name });
  }

  /** Gives a card another size, or another time to look at. */
  async arrange(feed: FeedModel, card: Card): Promise<void> {
    const before = feed.card;
    feed.card = card;
    const { columns, rows } = card;
    if (columns !== before.columns || rows !== before.rows) this.said = this.#size(feed);
    if (!(await this.#app.run((backend) => backend.arrangeCard(feed.id, card)))) feed.card = before;
  }

  /** A drag was taken back. */
  tellBack(name: string): void {
    this.said = m.card_back({ name });
  }

  #size({ feed, card, view }: FeedModel): string {
    const { best, rows } = VIEWS[view].size;
    return m.card_sized({ name: feed.name, columns: card.columns ?? best, rows: card.rows ?? rows });
  }
}

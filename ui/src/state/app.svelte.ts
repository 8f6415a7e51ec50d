import { createContext } from 'svelte';

import { type Backend, type Refusal, refusal } from '../backend';
import type { Change } from '../bindings/Change';
import type { Feed } from '../bindings/Feed';
import type { FeedId } from '../bindings/FeedId';
import type { Offer } from '../bindings/Offer';
import type { Preferences } from '../bindings/Preferences';
import type { ReplayOverview } from '../bindings/ReplayOverview';
import type { Rule } from '../bindings/Rule';
import type { RuleDraft } from '../bindings/RuleDraft';
import type { Target } from '../bindings/Target';
import { m } from '../paraglide/messages';
import { Appearance } from './appearance.svelte';
import { Pace } from './pace';
import { Presets } from './presets.svelte';
import { Router, routeOf } from './route.svelte';
import { Store } from './store.svelte';
import { Toasts } from './toasts.svelte';

/** What is open above the page. */
export type Sheet =
  /** `url`: of a new one; `offer`: a link asks for it. */
  | { kind: 'feed'; feed?: Feed; url?: string; offer?: Offer }
  | { kind: 'rule'; rule?: Rule; draft?: RuleDraft }
  | { kind: 'group'; name: string; onname: (group: string) => void }
  | { kind: 'replay'; overview: ReplayOverview; feed: FeedId | null }
  /** A preset of a feed's settings. */
  | { kind: 'preset'; feed: Feed }
  | { kind: 'palette' }
  | { kind: 'keys' };

/** The window: what it draws, where it is, and the way to the engine. */
export class App {
  readonly backend: Backend;
  readonly router = new Router();
  readonly store = new Store((target) => this.#reveal(target));
  readonly presets = new Presets(() => this.backend);
  readonly toasts = new Toasts();
  readonly appearance = new Appearance(() => this.store.preferences);

  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  failure: Refusal | undefined = $state.raw();
  sheet: Sheet | undefined = $state.raw();
  /** What a link offers, as long as something else is open: the latest. */
  offer: Offer | undefined = $state.raw();

  #leaving = new Map<string, { kind: 'feed' | 'rule'; id: string }>();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Takes the snapshot and follows the changes; again after a failure. */
  async attach(): Promise<void> {
    this.phase = 'loading';
    try {
      const pace = new Pace((change) => this.store.apply([change]));
      // Changes that overtake the snapshot wait for it.
      let early: Change[] | undefined = [];
      const snapshot = await this.backend.attach(async (batch) => {
        if (early) early.push(...batch);
        else await pace.take(batch);
      });
      this.store.load(snapshot);
      void pace.take(early);
      early = undefined;
      this.phase = 'ready';
    } catch (thrown) {
      this.failure = refusal(thrown);
      this.phase = 'failed';
    }
  }

  /** Runs a command; a refusal becomes a toast. Returns whether it was done. */
  async run(command: (backend: Backend) => Promise<unknown>, done?: string): Promise<boolean> {
    try {
      await command(this.backend);
      if (done) this.toasts.show('done', done);
      return true;
    } catch (thrown) {
      this.toasts.show('failed', refusal(thrown).message);
      return false;
    }
  }

  /** Takes a feed or a rule out of sight. It is removed when the time to undo that is over. */
  remove(kind: 'feed' | 'rule', { id, name }: { id: string; name: string }): void {
    const what = `${kind}/${id}`;
    this.store.hide(what, true);
    const { route } = this.router;
    if (kind === 'feed' && route.page === 'feed' && route.id === id) this.router.go({ page: 'dashboard' });
    const undo = () => {
      if (!this.#leaving.delete(what)) return;
      this.store.hide(what, false);
      this.#tellLeaving();
    };
    const remove = async () => {
      if (!this.#leaving.delete(what)) return;
      const done = await this.run((backend) => (kind === 'feed' ? backend.removeFeed(id) : backend.removeRule(id)));
      if (!done) this.store.hide(what, false);
      this.#tellLeaving();
    };
    this.#leaving.set(what, { kind, id });
    this.#tellLeaving();
    this.toasts.show('done', m.removed({ name }), { label: m.undo(), run: undo }, () => void remove());
  }

  #reveal(target: Target): void {
    if (target.page === 'refused') {
      this.toasts.show('failed', target.reason.message);
    } else if (target.page === 'add') {
      this.offer = target.offer;
      if (this.sheet) this.toasts.show('done', m.offer_waits());
    } else {
      this.router.go(routeOf(target));
    }
  }

  /** The window may go at any time, and what it can do then is uncertain: who outlives it is told. */
  #tellLeaving(): void {
    const of = (kind: 'feed' | 'rule') =>
      [...this.#leaving.values()].filter((it) => it.kind === kind).map(({ id }) => id);
    void this.run((backend) => backend.leave(of('feed'), of('rule')));
  }

  /** Lets the user choose a recording, and opens it: as this feed is set up, or (`null`) as it was recorded. */
  replay(feed: FeedId | null): Promise<boolean> {
    return this.run(async (backend) => {
      const overview = await backend.chooseRecording(feed);
      if (overview) this.sheet = { kind: 'replay', overview, feed };
    });
  }

  setPreferences(change: Partial<Preferences>): Promise<boolean> {
    return this.run((backend) => backend.setPreferences({ ...this.store.preferences, ...change }));
  }
}

export const [getApp, setApp] = createContext<App>();

import type { Alert } from '../bindings/Alert';
import type { Change } from '../bindings/Change';
import type { FeedId } from '../bindings/FeedId';
import type { HubInfo } from '../bindings/HubInfo';
import type { Notice } from '../bindings/Notice';
import type { Preferences } from '../bindings/Preferences';
import type { Rule } from '../bindings/Rule';
import type { Snapshot } from '../bindings/Snapshot';
import type { Target } from '../bindings/Target';
import { FeedModel } from './feed.svelte';
import { Rate } from './rate';

/** Alerts that the window keeps; older ones are asked for. */
const ALERTS_KEPT = 500;

/** What the window draws: a snapshot, and the changes since. It decides nothing. */
export class Store {
  #allFeeds: FeedModel[] = $state.raw([]);
  #allRules: Rule[] = $state.raw([]);
  /** What is out of sight, because it is about to be removed. */
  #hidden: ReadonlySet<string> = $state.raw(new Set());
  /** In the order of the dashboard. */
  readonly feeds: FeedModel[] = $derived(this.#allFeeds.filter(({ id }) => !this.#hidden.has(`feed/${id}`)));
  readonly rules: Rule[] = $derived(this.#allRules.filter(({ id }) => !this.#hidden.has(`rule/${id}`)));
  /** Groups that are folded on the dashboard. */
  folded: string[] = $state.raw([]);
  /** Newest first. */
  alerts: Alert[] = $state.raw([]);
  unreadAlerts = $state(0);
  notices: Notice[] = $state.raw([]);
  preferences: Preferences = $state.raw({
    theme: 'system',
    language: null,
    paused: false,
    do_not_disturb_until: null,
    quiet_hours: [],
    close_to_tray: true,
    network: { proxy: null, roots: null },
    retention: { days: 90, megabytes: 512 },
    hub: true,
    hub_port: 7788,
  });
  hub: HubInfo | null = $state.raw(null);
  version = $state('');
  /** The number of the newest event of any feed. */
  newestEvent = $state(0);

  readonly rate = new Rate();

  #index = new Map<FeedId, FeedModel>();
  #reveal: (target: Target) => void;
  #now: () => number;

  constructor(reveal: (target: Target) => void = () => {}, now: () => number = Date.now) {
    this.#reveal = reveal;
    this.#now = now;
  }

  feed(id: FeedId): FeedModel | undefined {
    return this.feeds.find((feed) => feed.id === id);
  }

  rule(id: string): Rule | undefined {
    return this.rules.find((rule) => rule.id === id);
  }

  /** A rule as the engine has it now, before the change that tells of it comes. */
  putRule(rule: Rule): void {
    this.#allRules = this.#allRules.map((known) => (known.id === rule.id ? rule : known));
  }

  /** Takes a feed or a rule (`feed/id`, `rule/id`) out of sight, or brings it back. */
  hide(what: string, hidden: boolean): void {
    if (hidden) this.#hidden = new Set([...this.#hidden, what]);
    else if (this.#hidden.has(what)) this.#hidden = new Set([...this.#hidden].filter((known) => known !== what));
  }

  load(snapshot: Snapshot): void {
    this.#setFeeds(
      snapshot.feeds.map((state) => {
        const known = this.#index.get(state.feed.id);
        known?.replace(state);
        return known ?? new FeedModel(state);
      }),
    );
    this.folded = snapshot.folded;
    this.#allRules = snapshot.rules;
    this.alerts = snapshot.alerts;
    this.unreadAlerts = snapshot.unread_alerts;
    this.notices = snapshot.notices;
    this.preferences = snapshot.preferences;
    this.hub = snapshot.hub;
    this.version = snapshot.version;
    this.newestEvent = Math.max(0, ...this.#allFeeds.map((feed) => feed.newest));
  }

  apply(changes: Change[]): void {
    for (const change of changes) this.#applyOne(change);
  }

  /** Puts alerts that were asked for behind those that are known. */
  appendAlerts(older: Alert[]): void {
    const known = new Set(this.alerts.map((alert) => alert.id));
    this.alerts = [...this.alerts, ...older.filter((alert) => !known.has(alert.id))];
  }

  #applyOne(change: Change): void {
    switch (change.type) {
      case 'feed': {
        const known = this.#index.get(change.state.feed.id);
        if (known) known.replace(change.state);
        else this.#setFeeds([...this.#allFeeds, new FeedModel(change.state)]);
        return;
      }
      case 'feed_removed':
        this.#setFeeds(this.#allFeeds.filter((feed) => feed.id !== change.feed));
        return this.hide(`feed/${change.feed}`, false);
      case 'order':
        return this.#order(change.feeds);
      case 'card':
        return this.#with(change.feed, (feed) => (feed.card = change.card));
      case 'folded':
        this.folded = change.groups;
        return;
      case 'status':
        return this.#with(change.feed, (feed) => feed.turn(change.status, this.#now()));
      case 'view':
        return this.#with(change.feed, (feed) => (feed.view = change.view));
      case 'events':
        return this.#with(change.feed, (feed) => {
          const fresh = feed.append(change.events);
          feed.unread = change.unread;
          if (change.skipped > 0) feed.skipped += change.skipped;
          if (feed.newest > this.newestEvent) this.newestEvent = feed.newest;
          this.rate.count(fresh + change.skipped, this.#now());
        });
      case 'read':
        return this.#with(change.feed, (feed) => (feed.unread = 0));
      case 'rules':
        for (const { id } of this.#allRules)
          if (!change.rules.some((rule) => rule.id === id)) this.hide(`rule/${id}`, false);
        this.#allRules = change.rules;
        return;
      case 'alert':
        return this.#putAlert(change.alert, change.unread);
      case 'announced': {
        const told = new Set(change.alerts);
        const { announced } = change;
        this.alerts = this.alerts.map((alert) => (told.has(alert.id) ? { ...alert, announced } : alert));
        return;
      }
      case 'muted':
        return this.#with(change.feed, (feed) => (feed.mutedUntil = change.until));
      case 'alerts_read':
        this.alerts = this.alerts.map((alert) => (alert.read ? alert : { ...alert, read: true }));
        this.unreadAlerts = 0;
        return;
      case 'notices':
        this.notices = change.notices;
        return;
      case 'preferences':
        this.preferences = change.preferences;
        return;
      case 'hub':
        this.hub = change.hub;
        return;
      case 'reveal':
        return this.#reveal(change.target);
      case 'snapshot':
        return this.load(change.snapshot);
      default:
        // The compiler proves that no kind is forgotten; a newer engine's kinds are passed over.
        change satisfies never;
    }
  }

  #with(id: FeedId, change: (feed: FeedModel) => void): void {
    const feed = this.#index.get(id);
    if (feed) change(feed);
  }

  #setFeeds(feeds: FeedModel[]): void {
    this.#allFeeds = feeds;
    this.#index = new Map(feeds.map((feed) => [feed.id, feed]));
  }

  #order(ids: FeedId[]): void {
    const place = new Map(ids.map((id, index) => [id, index]));
    const at = (feed: FeedModel) => place.get(feed.id) ?? ids.length;
    this.#setFeeds([...this.#allFeeds].sort((a, b) => at(a) - at(b)));
  }

  #putAlert(alert: Alert, unread: number): void {
    const index = this.alerts.findIndex((known) => known.id === alert.id);
    this.alerts = index < 0 ? [alert, ...this.alerts].slice(0, ALERTS_KEPT) : this.alerts.with(index, alert);
    this.unreadAlerts = unread;
  }
}

import { describe, expect, it } from 'vitest';

import type { Alert } from '../bindings/Alert';
import type { Event } from '../bindings/Event';
import type { FeedState } from '../bindings/FeedState';
import type { Snapshot } from '../bindings/Snapshot';
import { KEPT } from './feed.svelte';
import { routeOf } from './route.svelte';
import { Store } from './store.svelte';

const LIMITS = { max_event_bytes: 1, idle_seconds: null, keep_days: 90, keep_megabytes: 512 };

function event(seq: number, feed = 'a'): Event {
  return { seq, feed, at: seq * 1000, event: 'message', id: '', data: '{}', bytes: 2, readings: [] };
}

function state(id: string, events: Event[] = []): FeedState {
  return {
    feed: { id, name: id, url: `http://127.0.0.1/${id}`, notify: 'rules', enabled: true, limits: LIMITS },
    view: 'log',
    status: { type: 'open', since: 0 },
    unread: 0,
    last_event_at: events.at(-1)?.at ?? null,
    last_byte_at: null,
    muted_until: null,
    card: {},
    events,
  };
}

function snapshot(...feeds: FeedState[]): Snapshot {
  return {
    feeds,
    rules: [],
    alerts: [],
    unread_alerts: 0,
    folded: [],
    notices: [],
    preferences: {
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
    },
    hub: null,
    version: '1',
  };
}

function alert(id: number, read = false): Alert {
  return {
    id,
    feed: 'a',
    rule: null,
    key: null,
    event: id,
    at: id,
    title: `alert ${id}`,
    body: '',
    link: null,
    urgency: 'normal',
    state: 'firing',
    resolved_at: null,
    announced: { how: 'rung' },
    answer: null,
    snoozed_until: null,
    lasts: false,
    read,
  };
}

function loaded(...feeds: FeedState[]): Store {
  const store = new Store(
    () => {},
    () => 0,
  );
  store.load(snapshot(...feeds));
  return store;
}

const seqs = (store: Store, feed = 'a') => store.feed(feed)?.events.map(({ seq }) => seq);

describe('events', () => {
  it('that are known already are left out', () => {
    const store = loaded(state('a', [event(1), event(2)]));
    store.apply([{ type: 'events', feed: 'a', events: [event(1), event(2), event(3)], unread: 1, skipped: 0 }]);
    store.apply([{ type: 'events', feed: 'a', events: [event(3)], unread: 1, skipped: 0 }]);
    expect(seqs(store)).toEqual([1, 2, 3]);
    expect(store.feed('a')).toMatchObject({ unread: 1, lastEventAt: 3000 });
  });

  it('are kept up to a bound, the newest ones', () => {
    const store = loaded(state('a'));
    const events = Array.from({ length: KEPT + 50 }, (_, index) => event(index + 1));
    store.apply([{ type: 'events', feed: 'a', events, unread: events.length, skipped: 9 }]);
    expect(store.feed('a')?.events).toHaveLength(KEPT);
    expect(store.feed('a')?.events[0]?.seq).toBe(51);
    expect(store.feed('a')?.skipped).toBe(9);
  });

  it('are let go of, but not the newest of a task that was not heard of for long', () => {
    const task = (seq: number, key: string): Event => ({ ...event(seq), readings: [{ key, state: 'open' }] });
    const store = loaded(state('a', [task(1, 'old'), task(2, 'busy')]));
    const busy = Array.from({ length: KEPT + 50 }, (_, index) => task(index + 3, 'busy'));
    store.apply([{ type: 'events', feed: 'a', events: busy, unread: 1, skipped: 0 }]);
    const kept = store.feed('a')?.events ?? [];
    expect(kept).toHaveLength(KEPT + 1);
    expect(kept[0]?.seq).toBe(1);
  });

  it('of a feed that is not there are passed over', () => {
    const store = loaded(state('a'));
    store.apply([{ type: 'events', feed: 'gone', events: [event(1, 'gone')], unread: 1, skipped: 0 }]);
    expect(store.feeds.map((feed) => feed.id)).toEqual(['a']);
  });
});

describe('the embedded hub', () => {
  it('is where the last change says, or nowhere', () => {
    const store = loaded();
    expect(store.hub).toBeNull();
    store.apply([{ type: 'hub', hub: { url: 'http://127.0.0.1:7789' } }]);
    expect(store.hub?.url).toBe('http://127.0.0.1:7789');
    store.apply([{ type: 'hub', hub: null }]);
    expect(store.hub).toBeNull();
  });
});

describe('feeds', () => {
  it('are added, edited, ordered and removed', () => {
    const store = loaded(state('a'), state('b'));
    store.apply([
      { type: 'feed', state: state('c') },
      { type: 'feed', state: { ...state('a'), view: 'chat' } },
      { type: 'order', feeds: ['c', 'b', 'a'] },
      { type: 'status', feed: 'b', status: { type: 'paused' } },
      { type: 'feed_removed', feed: 'c' },
    ]);
    expect(store.feeds.map((feed) => [feed.id, feed.view, feed.status.type])).toEqual([
      ['b', 'log', 'paused'],
      ['a', 'chat', 'open'],
    ]);
  });

  it('that were revealed are shown', () => {
    const shown: unknown[] = [];
    const store = new Store((target) => 'offer' in target || 'reason' in target || shown.push(routeOf(target)));
    store.apply([
      { type: 'reveal', target: { page: 'feed', feed: 'b', event: 7 } },
      { type: 'reveal', target: { page: 'feed', feed: 'b', event: null } },
      { type: 'reveal', target: { page: 'settings' } },
    ]);
    expect(shown).toEqual([
      { page: 'feed', id: 'b', event: 7 },
      { page: 'feed', id: 'b' },
      { page: 'settings', section: 'feeds' },
    ]);
  });

  it('stay the same objects through a snapshot, so that what draws them stays too', () => {
    const store = loaded(state('a'), state('b'));
    const before = store.feed('a');
    store.apply([{ type: 'snapshot', snapshot: snapshot(state('a', [event(7)])) }]);
    expect(store.feed('a')).toBe(before);
    expect(seqs(store)).toEqual([7]);
    expect(store.feeds).toHaveLength(1);
    expect(store.newestEvent).toBe(7);
  });
});

describe('alerts', () => {
  it('are put first, changed in their place, and read', () => {
    const store = loaded(state('a'));
    store.apply([
      { type: 'alert', alert: alert(1), unread: 1 },
      { type: 'alert', alert: alert(2), unread: 2 },
      { type: 'alert', alert: { ...alert(1), state: 'resolved' }, unread: 2 },
    ]);
    expect(store.alerts.map(({ id, state }) => [id, state])).toEqual([
      [2, 'firing'],
      [1, 'resolved'],
    ]);
    store.apply([{ type: 'alerts_read' }]);
    expect(store.unreadAlerts).toBe(0);
    expect(store.alerts.every(({ read }) => read)).toBe(true);
  });

  it('that were asked for go behind, none twice', () => {
    const store = loaded(state('a'));
    store.apply([{ type: 'alert', alert: alert(3), unread: 1 }]);
    store.appendAlerts([alert(3), alert(2)]);
    expect(store.alerts.map(({ id }) => id)).toEqual([3, 2]);
  });
});

describe('an outage', () => {
  it('goes on from the last that is known before it until the feed is open again', () => {
    let now = 50_000;
    const store = new Store(
      () => {},
      () => now,
    );
    const waiting = (attempt: number) => ({
      type: 'waiting' as const,
      until: 99_000,
      attempt,
      reason: { code: 'reset', message: 'The server hung up.' },
    });
    store.load(snapshot(state('a'), { ...state('b', [event(7)]), status: waiting(3) }));
    const since = () => [store.feed('a')?.offSince, store.feed('b')?.offSince];
    expect(since()).toEqual([null, 7000]);
    store.apply([{ type: 'status', feed: 'a', status: waiting(1) }]);
    now = 60_000;
    store.apply([{ type: 'status', feed: 'a', status: { type: 'connecting', since: now } }]);
    store.apply([{ type: 'status', feed: 'a', status: waiting(2) }]);
    expect(since()).toEqual([50_000, 7000]);
    store.apply(['a', 'b'].map((feed) => ({ type: 'status', feed, status: { type: 'open', since: now } })));
    expect(since()).toEqual([null, null]);
  });
});

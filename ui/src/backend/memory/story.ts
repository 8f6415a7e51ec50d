import type { Alert } from '../../bindings/Alert';
import type { Change } from '../../bindings/Change';
import type { Event } from '../../bindings/Event';
import type { Feed } from '../../bindings/Feed';
import type { HubInfo } from '../../bindings/HubInfo';
import type { HubTopic } from '../../bindings/HubTopic';
import type { FeedState } from '../../bindings/FeedState';
import type { Reading } from '../../bindings/Reading';
import type { Rule } from '../../bindings/Rule';
import type { Snapshot } from '../../bindings/Snapshot';
import type { Status } from '../../bindings/Status';
import type { View } from '../../bindings/View';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Writes the events of a story: numbers ascend over all feeds, as the history's do. */
export class Pen {
  #seq = 0;

  /** Numbers the events of a story's beginning anew, in the order that they came. */
  number(events: Event[]): void {
    [...events]
      .sort((a, b) => a.at - b.at)
      .forEach((event, index) => {
        event.seq = index + 1;
        event.id = String(event.seq);
      });
    this.#seq = events.length;
  }

  event(feed: string, at: number, reading: Reading | undefined, data: unknown, event = 'message'): Event {
    this.#seq += 1;
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    const readings = reading ? [reading] : [];
    return { seq: this.#seq, feed, at, event, id: String(this.#seq), data: text, bytes: text.length, readings };
  }
}

interface Chapter {
  id: string;
  name: string;
  view: View;
  unread?: number;
  status?: Status;
  events: Event[];
}

/** Prices that wander the same way each time: no chance, so that pictures can be compared. */
function wander(step: number, start: number, slope: number): string {
  return (start + slope * step + 180 * Math.sin(step / 3) + 90 * Math.sin(step * 1.7)).toFixed(2);
}

/** What is on the dashboard of the story, at the moment `now`. */
export function chapters(pen: Pen, now: number): Chapter[] {
  const value = (feed: string, at: number, key: string, price: string, unit: string) =>
    pen.event(feed, at, { key, value: price, unit }, { symbol: key, price: Number(price), currency: unit });
  const job = (at: number, key: string, progress: number, state: Reading['state'] = 'open') =>
    pen.event('build', at, { key, progress, total: 100, state }, { job: key, progress, status: state });
  const score = (at: number, home: number, away: number) =>
    pen.event(
      'cup',
      at,
      { score: { home: 'Home', away: 'Away', home_score: `${home}`, away_score: `${away}`, moment: 'Q3 · 04:12' } },
      { home: { name: 'Home', score: home }, away: { name: 'Away', score: away }, clock: '04:12' },
    );
  const said = (at: number, key: string, body: string) =>
    pen.event('chat', at, { key, body }, { username: key, message: body });
  const news = (at: number, title: string, path: string) =>
    pen.event(
      'news',
      at,
      { title, link: `https://news.example/${path}` },
      { title, url: `https://news.example/${path}` },
    );
  const task = (at: number, key: string, title: string, state: Reading['state']) =>
    pen.event('tasks', at, { key, title, state }, { id: key, title, status: state });
  const sensor = (at: number, id: string, reading: string | number) =>
    pen.event('sensors', at, { key: id, body: String(reading) }, { id, value: reading }, 'state');

  return [
    {
      id: 'btc',
      name: 'BTC-USD',
      view: 'price',
      events: Array.from({ length: 60 }, (_, step) =>
        value('btc', now - (60 - step) * 20 * SECOND, 'BTC-USD', wander(step, 59_972, 20), 'USD'),
      ),
    },
    {
      id: 'shop',
      name: 'Shop prices',
      view: 'price',
      events: [
        ...['Teapot:9.99', 'Kettle:34.00', 'Sencha 100 g:12.50', 'Whisk:9.15', 'Bowl:18.20'].map((pair) => {
          const [key = '', price = ''] = pair.split(':');
          return value('shop', now - 40 * MINUTE, key, price, 'EUR');
        }),
        value('shop', now - 20 * MINUTE, 'Sencha 100 g', '12.90', 'EUR'),
        value('shop', now - 10 * MINUTE, 'Whisk', '9.20', 'EUR'),
        value('shop', now - MINUTE, 'Bowl', '18.00', 'EUR'),
        value('shop', now - 4 * SECOND, 'Teapot', '7.50', 'EUR'),
      ],
    },
    {
      id: 'build',
      name: 'Nightly build',
      view: 'progress',
      unread: 2,
      events: [
        job(now - 8 * MINUTE, 'linux-x86_64', 5),
        job(now - 8 * MINUTE, 'macos-arm64', 20),
        job(now - 7 * MINUTE, 'windows-x64', 30),
        job(now - 4 * MINUTE, 'windows-x64', 41, 'failed'),
        job(now - 2 * MINUTE, 'macos-arm64', 100, 'done'),
        job(now - 30 * SECOND, 'docs', 12),
        job(now - SECOND, 'linux-x86_64', 68),
      ],
    },
    {
      id: 'cup',
      name: 'Cup final',
      view: 'score',
      events: [score(now - 90 * SECOND, 52, 49), score(now - 50 * SECOND, 52, 51), score(now - 20 * SECOND, 54, 51)],
    },
    {
      id: 'chat',
      name: 'Team chat',
      view: 'chat',
      unread: 4,
      events: [
        said(now - 6 * MINUTE, 'mia', 'deploy is through, watching the error rate'),
        said(now - 5 * MINUTE, 'jun', '看起来一切正常 👍'),
        said(now - 3 * MINUTE, 'bot', 'p99 back under 200 ms'),
        said(now - 12 * SECOND, 'ana', 'closing the incident then. Notes go into the wiki tonight, thanks all'),
      ],
    },
    {
      id: 'news',
      name: 'News',
      view: 'news',
      unread: 2,
      events: [
        news(now - 54 * MINUTE, 'Harvest early again in the south', 'harvest'),
        news(now - 36 * MINUTE, 'Open-source award goes to a text editor', 'award'),
        news(now - 14 * MINUTE, 'New timetable: night trains return in spring', 'trains'),
        news(now - 3 * MINUTE, 'Central bank holds rates for the third time', 'rates'),
      ],
    },
    {
      id: 'tasks',
      name: 'Tasks',
      view: 'tasks',
      events: [
        task(now - 30 * MINUTE, '1', 'Renew certificate', 'open'),
        task(now - 29 * MINUTE, '2', 'Restock Sencha', 'open'),
        task(now - 28 * MINUTE, '3', 'Review release notes', 'open'),
        task(now - 27 * MINUTE, '4', 'Rotate keys', 'open'),
        task(now - 26 * MINUTE, '5', 'Book the hall', 'open'),
        task(now - 9 * MINUTE, '1', 'Renew certificate', 'done'),
        task(now - 7 * MINUTE, '4', 'Rotate keys', 'done'),
        task(now - 6 * MINUTE, '5', 'Book the hall', 'removed'),
      ],
    },
    {
      id: 'sensors',
      name: 'Sensors',
      view: 'log',
      status: {
        type: 'waiting',
        until: now + 8 * SECOND,
        attempt: 3,
        reason: { code: 'http_status', message: 'The server answered 503. Third try.' },
      },
      events: [sensor(now - 80 * SECOND, 'sensor.hall', 21.4), sensor(now - 75 * SECOND, 'sensor.door', 'open')],
    },
    {
      id: 'deploys',
      name: 'Deploys',
      view: 'log',
      status: {
        type: 'stopped',
        reason: {
          code: 'http_status',
          message: 'The server answered 401: it wants a login. Edit the feed and give one.',
        },
      },
      events: [],
    },
  ];
}

export function feedOf(id: string, name: string, view: View | null, url = `https://feeds.example/${id}`): Feed {
  const limits = { max_event_bytes: 16_777_216, idle_seconds: null, keep_days: 90, keep_megabytes: 512 };
  return { id, name, url, view, notify: 'rules', enabled: true, limits };
}

const RULES: Rule[] = [
  {
    id: 'btc-high',
    name: 'Bitcoin is high',
    feeds: ['btc'],
    enabled: true,
    when: { value: { crosses_above: 61000, recovers_below: 60500 } },
    notify: { urgency: 'critical' },
  },
  {
    id: 'incident',
    name: 'Somebody says incident',
    feeds: [],
    enabled: true,
    when: { text: { matches: '(?i)incident' } },
    notify: { urgency: 'normal' },
  },
  {
    id: 'alarm',
    name: 'Alarm',
    feeds: ['sensors'],
    enabled: false,
    when: { event: 'alarm' },
    notify: { urgency: 'low' },
  },
];

function alertsAt(now: number): Alert[] {
  const common = {
    key: null,
    link: null,
    resolved_at: null,
    announced: { how: 'rung' as const },
    answer: 'shown',
    snoozed_until: null,
    lasts: false,
  };
  return [
    {
      ...common,
      id: 3,
      feed: 'chat',
      rule: 'incident',
      event: 84,
      at: now - 12 * SECOND,
      title: 'Somebody says incident',
      body: 'ana: closing the incident then. Notes go into the wiki tonight, thanks all',
      urgency: 'normal',
      state: 'resolved',
      read: false,
    },
    {
      ...common,
      id: 2,
      feed: 'btc',
      rule: 'btc-high',
      key: 'BTC-USD',
      event: 60,
      at: now - 40 * SECOND,
      title: 'Bitcoin is high',
      body: 'BTC-USD 61,234.50 USD',
      urgency: 'critical',
      state: 'firing',
      lasts: true,
      read: false,
    },
    {
      ...common,
      id: 1,
      feed: 'news',
      rule: null,
      event: 87,
      at: now - 14 * MINUTE,
      title: 'New timetable: night trains return in spring',
      body: '',
      urgency: 'normal',
      state: 'resolved',
      read: true,
    },
  ];
}

/** The window of a user with nine feeds, one in each state and view. */
export function fullStory(pen: Pen, now: number): Snapshot {
  const told = chapters(pen, now);
  pen.number(told.flatMap((chapter) => chapter.events));
  const feeds = told.map(({ id, name, view, unread = 0, status, events }): FeedState => ({
    feed: { ...feedOf(id, name, id === 'sensors' ? null : view), ...(view === 'price' ? { group: 'Prices' } : {}) },
    view,
    status: status ?? { type: 'open', since: now - 60 * MINUTE },
    unread,
    last_event_at: events.at(-1)?.at ?? null,
    last_byte_at: null,
    muted_until: null,
    card: {},
    events,
  }));
  return { ...emptyStory(), feeds, rules: RULES, alerts: alertsAt(now), unread_alerts: 2 };
}

/** The window on its first day. */
export function emptyStory(): Snapshot {
  return {
    feeds: [],
    folded: [],
    rules: [],
    alerts: [],
    unread_alerts: 0,
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
    hub: { url: 'http://127.0.0.1:7788' },
    version: '0.1.0',
  };
}

/** What scripts have published to the hub. */
export function topicsAt({ url }: HubInfo, now: number): HubTopic[] {
  const topic = (name: string, events: number, last_event_at: number | null, subscribers: number) => {
    return { name, url: `${url}/${name}/sse`, events, last_event_at, subscribers };
  };
  return [
    topic('backups', 1204, now - 3 * MINUTE, 2),
    topic('nightly_integration-tests_of_the_payments_service_eu-central-1', 1, now - 50 * 60 * MINUTE, 0),
    topic('office', 0, null, 1),
  ];
}

/** What happens next, a batch at a time: each goes on where the last one ended, for ever. */
export function* whatHappens(pen: Pen, clock: () => number): Generator<Change[]> {
  const lines = ['all green', 'who takes the night?', 'me', '谢谢！'];
  for (let step = 0; ; step += 1) {
    const now = clock();
    const price = wander(60 + step, 59_972, 20);
    const progress = Math.min(68 + step, 100);
    const state = progress === 100 ? 'done' : 'open';
    const body = lines[step % lines.length] ?? '';
    const batch: [string, Event][] = [
      [
        'btc',
        pen.event(
          'btc',
          now,
          { key: 'BTC-USD', value: price, unit: 'USD' },
          { symbol: 'BTC-USD', price: Number(price) },
        ),
      ],
      [
        'build',
        pen.event(
          'build',
          now,
          { key: 'linux-x86_64', progress, total: 100, state },
          { job: 'linux-x86_64', progress },
        ),
      ],
      ['chat', pen.event('chat', now, { key: 'jun', body }, { username: 'jun', message: body })],
    ];
    yield batch.map(([feed, event]) => ({ type: 'events', feed, events: [event], unread: step + 1, skipped: 0 }));
  }
}

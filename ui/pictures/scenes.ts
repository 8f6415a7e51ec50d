import type { Locator, Page } from '@playwright/test';

import { go, offer } from '../tests/window';

/** One picture: what is opened, and what is done before it is taken. */
export interface Scene {
  name: string;
  /** Of the memory backend; else the full one. */
  story?: 'empty' | 'unreachable' | 'loading';
  hash?: string;
  /** As narrow as a phone. */
  narrow?: true;
  prepare?: (page: Page) => Promise<void>;
}

const press = (page: Page, testid: string) => page.getByTestId(testid).first().click();

/** Every view of the window, as it is and in what it may come to. */
export const SCENES: Scene[] = [
  { name: 'dashboard', prepare: pricesFirst },
  { name: 'dashboard-groups', prepare: (page) => page.evaluate(intoGroups) },
  { name: 'dashboard-narrow', narrow: true, prepare: pricesFirst },
  { name: 'dashboard-menu', prepare: (page) => openMenu(page) },
  { name: 'dashboard-group-menu', prepare: openGroups },
  { name: 'dashboard-group-drag', prepare: dragGroup },
  { name: 'dashboard-drag', prepare: dragCard },
  { name: 'dashboard-into-group', prepare: chooseGroup },
  { name: 'dashboard-new-group', prepare: newGroup },
  { name: 'dashboard-paused', prepare: (page) => press(page, 'pause-all') },
  { name: 'feed', hash: '#/feed/btc', prepare: chartedClose },
  { name: 'feed-narrow', hash: '#/feed/btc', narrow: true, prepare: charted },
  { name: 'feed-gaps', prepare: gaps },
  { name: 'feed-zoomed', hash: '#/feed/btc', prepare: zoomed },
  { name: 'feed-keys', hash: '#/feed/shop', prepare: charted },
  { name: 'feed-waiting', hash: '#/feed/sensors' },
  { name: 'feed-help', prepare: helped },
  { name: 'dashboard-help', prepare: helpedCard },
  { name: 'event', hash: '#/feed/btc', prepare: openEvent },
  { name: 'event-why', hash: '#/feed/btc', prepare: askWhy },
  { name: 'inbox', prepare: inbox },
  { name: 'inbox-snooze', prepare: snooze },
  { name: 'history', hash: '#/history' },
  { name: 'history-filter', hash: '#/history?type=message&within=1h', prepare: (page) => press(page, 'filter') },
  { name: 'history-none', hash: '#/history?search=xyzzy' },
  { name: 'rules', hash: '#/rules' },
  { name: 'rule', hash: '#/rules', prepare: editRule },
  { name: 'rule-more', hash: '#/rules', prepare: moreOfRule },
  { name: 'rule-fault', hash: '#/rules', prepare: wrongRule },
  { name: 'rule-removed', hash: '#/rules', prepare: (page) => press(page, 'rule-remove') },
  { name: 'add-feed', prepare: services },
  { name: 'add-feed-narrow', narrow: true, prepare: services },
  { name: 'add-feed-service', prepare: (page) => service(page, 'ntfy', 'topics', 'backups') },
  { name: 'add-feed-choices', prepare: (page) => service(page, 'pyth', 'server', 'https://hermes.pyth.network') },
  { name: 'add-feed-help', prepare: (page) => service(page, 'ntfy', 'topics', 'protected') },
  { name: 'add-feed-probe', prepare: (page) => probe(page, 'https://a.example/prices') },
  { name: 'add-feed-quiet', prepare: (page) => probe(page, 'https://a.example/quiet') },
  { name: 'add-feed-failed', prepare: (page) => probe(page, 'https://a.example/page') },
  { name: 'add-feed-curl', prepare: (page) => probe(page, "curl 'https://a.example/jobs' -H 'X-Team: red' -k") },
  { name: 'add-feed-fields', prepare: fields },
  { name: 'add-feed-link', prepare: offered },
  { name: 'edit-feed', prepare: editFeed },
  { name: 'replay', prepare: replay },
  { name: 'replay-narrow', narrow: true, prepare: replay },
  { name: 'settings-feeds', hash: '#/settings/feeds' },
  { name: 'settings-presets', prepare: ownPreset },
  { name: 'settings-general', hash: '#/settings/general' },
  { name: 'settings-notifications', hash: '#/settings/notifications', prepare: quietHours },
  { name: 'settings-storage', hash: '#/settings/storage' },
  { name: 'settings-keep', hash: '#/settings/storage', prepare: (page) => press(page, 'history-keep-all') },
  { name: 'settings-network', hash: '#/settings/network' },
  { name: 'settings-hub', hash: '#/settings/hub', prepare: hubTopics },
  { name: 'settings-hub-narrow', hash: '#/settings/hub', narrow: true, prepare: hubTopics },
  { name: 'settings-hub-off', hash: '#/settings/hub', prepare: (page) => press(page, 'hub-runs') },
  {
    name: 'settings-hub-empty',
    story: 'empty',
    hash: '#/settings/hub',
    prepare: (page) => page.getByTestId('hub-curl').waitFor(),
  },
  { name: 'settings-diagnostics', hash: '#/settings/diagnostics', prepare: selfTest },
  { name: 'settings-log', hash: '#/settings/diagnostics', prepare: logPanel },
  { name: 'settings-log-narrow', hash: '#/settings/diagnostics', narrow: true, prepare: logPanel },
  { name: 'settings-about', hash: '#/settings/about' },
  { name: 'palette', prepare: (page) => palette(page, '') },
  { name: 'palette-words', prepare: (page) => palette(page, 'bit') },
  { name: 'keys', prepare: (page) => page.keyboard.press('?') },
  { name: 'first-start', story: 'empty' },
  { name: 'first-feed', story: 'empty', prepare: firstFeed },
  { name: 'empty-inbox', story: 'empty', hash: '#/alerts' },
  { name: 'empty-rules', story: 'empty', hash: '#/rules' },
  { name: 'empty-history', story: 'empty', hash: '#/history' },
  { name: 'empty-settings', story: 'empty', hash: '#/settings/feeds' },
  { name: 'empty-feed', hash: '#/feed/deploys' },
  { name: 'loading', story: 'loading' },
  { name: 'loading-history', prepare: (page) => slow(page, '#/history') },
  { name: 'loading-feed', prepare: (page) => slow(page, '#/feed/btc') },
  { name: 'error', story: 'unreachable' },
  { name: 'error-history', prepare: (page) => broken(page) },
  { name: 'error-feed', hash: '#/feed/gone' },
  { name: 'error-command', hash: '#/settings/notifications', prepare: (page) => press(page, 'test-notification') },
];

async function services(page: Page): Promise<void> {
  await press(page, 'add-feed');
  await page.getByTestId('service').first().waitFor();
}

/** Chooses a service, and gives one answer. */
async function service(page: Page, id: string, question: string, answer: string): Promise<void> {
  await services(page);
  await page.locator(`[data-testid=service][data-preset=${id}]`).click();
  await page.getByTestId(`answer-${question}`).fill(answer);
  await page.getByTestId(`answer-${question}`).press('Tab');
  await page.clock.runFor(1000);
}

/** A feed of a service is refused. */
async function helpedCard(page: Page): Promise<void> {
  await service(page, 'ntfy', 'topics', 'protected');
  await press(page, 'feed-save');
  await page.evaluate(async () => {
    const reason = { code: 'forbidden', message: 'The server does not let you in (HTTP 403).' };
    await window.story?.orderFeeds(['protected']);
    window.story?.emit({ type: 'status', feed: 'protected', status: { type: 'stopped', reason } });
  });
  await page.getByTestId('card-help').waitFor();
}

async function helped(page: Page): Promise<void> {
  await helpedCard(page);
  await go(page, '#/feed/protected');
  await page.getByTestId('feed-page').waitFor();
}

async function ownPreset(page: Page): Promise<void> {
  await page.evaluate(() => window.story?.keepPreset('btc', 'Our prices'));
  await go(page, '#/settings/presets');
  await page.getByTestId('own-preset').waitFor();
}

/** In the page: the figures stand first, as someone would arrange them who trades. */
async function pricesFirst(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const feed of ['btc', 'shop']) await window.story?.groupFeed(feed, null);
    await window.story?.orderFeeds(['btc', 'shop', 'build', 'cup', 'chat', 'news', 'tasks', 'sensors', 'deploys']);
    await window.story?.removeFeed('deploys');
  });
}

/** In the page: everything is in a group, one of which is folded. */
async function intoGroups(): Promise<void> {
  const groups = {
    Markets: ['btc', 'shop'],
    Team: ['chat', 'tasks', 'news'],
    Operations: ['build', 'sensors', 'deploys'],
  };
  for (const [group, feeds] of Object.entries(groups))
    for (const feed of feeds) await window.story?.groupFeed(feed, group);
  await window.story?.orderFeeds(['cup', ...Object.values(groups).flat()]);
  await window.story?.foldGroup('Operations', true);
}

async function openMenu(page: Page): Promise<void> {
  await page.getByTestId('card-menu').nth(1).click();
  await press(page, 'card-arrange');
  await page.getByTestId('card-fit').waitFor();
}

async function openGroups(page: Page): Promise<void> {
  await page.evaluate(intoGroups);
  await page.getByTestId('group-menu').first().focus();
  await page.keyboard.press('Enter');
}

/** Takes something by a place near its corner, and moves it over another. */
async function drag(page: Page, what: Locator, over: Locator): Promise<void> {
  const [from, to] = [await what.boundingBox(), await over.boundingBox()];
  if (!from || !to) throw new Error('it is not drawn');
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 80, from.y + 30);
  await page.mouse.move(to.x + 80, to.y + 10, { steps: 4 });
}

async function dragGroup(page: Page): Promise<void> {
  await page.evaluate(intoGroups);
  const heads = page.getByTestId('section-head');
  await drag(page, heads.nth(1), heads.first());
}

async function dragCard(page: Page): Promise<void> {
  await pricesFirst(page);
  await drag(page, page.getByTestId('card').nth(4), page.getByTestId('card').nth(1));
}

async function chooseGroup(page: Page): Promise<void> {
  await page.evaluate(intoGroups);
  await page.getByTestId('card-menu').nth(1).click();
  await press(page, 'card-group');
  await page.getByTestId('card-group-new').waitFor();
}

async function newGroup(page: Page): Promise<void> {
  await chooseGroup(page);
  await press(page, 'card-group-new');
  await page.getByTestId('group-name').fill('Crypto');
}

async function charted(page: Page): Promise<void> {
  await page.getByTestId('curve').locator('canvas').waitFor();
}

/** The chart is full of values. */
async function chartedClose(page: Page): Promise<void> {
  await charted(page);
  await press(page, 'chart-window-minutes');
}

async function gaps(page: Page): Promise<void> {
  await page.evaluate(() => {
    const [story, now] = [window.story, Date.now()];
    if (!story) return;
    story.gaps.btc = [
      { since: now - 719_000, until: now - 621_000, recovered: 4 },
      { since: now - 399_000, until: now - 321_000, recovered: null },
    ];
    const reason = { code: 'http_status', message: 'The server answered 503. Third try.' };
    const status = { type: 'waiting' as const, until: now + 8000, attempt: 3, reason };
    story.emit({ type: 'status', feed: 'btc', status });
  });
  await page.clock.runFor(90_000);
  await go(page, '#/feed/btc');
  await chartedClose(page);
}

async function zoomed(page: Page): Promise<void> {
  await charted(page);
  await press(page, 'chart-zoom-in');
  await page.getByTestId('curve').focus();
  await page.keyboard.press('ArrowRight');
  await page.clock.runFor(500);
}

async function openEvent(page: Page): Promise<void> {
  await chartedClose(page);
  await press(page, 'event-row');
  await page.getByTestId('tree-leaf').first().click();
}

async function askWhy(page: Page): Promise<void> {
  await openEvent(page);
  await press(page, 'event-why');
  await page.getByTestId('why-rule').first().waitFor();
}

async function inbox(page: Page): Promise<void> {
  await page.evaluate(hold);
  await go(page, '#/alerts');
  await page.getByTestId('alert').first().waitFor();
}

async function snooze(page: Page): Promise<void> {
  await inbox(page);
  await press(page, 'snooze');
}

/** In the page: one more alert that fires, one that is snoozed, one that is held back, and a muted feed. */
async function hold(): Promise<void> {
  const { story } = window;
  const known = (await story?.listAlerts(null, 9)) ?? [];
  const firing = known.find(({ state }) => state === 'firing');
  const until = Date.now() + 3_600_000;
  if (firing) {
    const ether = { ...firing, id: 4, title: 'Ether is high', body: 'ETH-USD 3,912.20 USD', key: 'ETH-USD' };
    story?.emit({ type: 'alert', alert: { ...ether, urgency: 'normal', snoozed_until: until }, unread: 3 });
  }
  story?.emit({ type: 'announced', alerts: [3], announced: { how: 'held', gate: 'quiet_hours', until } });
  await story?.muteFeed('news', '1d');
}

async function editRule(page: Page): Promise<void> {
  await press(page, 'rule-edit');
  await page.getByTestId('level').first().waitFor();
  await page.clock.runFor(500);
  await page.getByTestId('rule-preview-alert').first().waitFor();
}

async function moreOfRule(page: Page): Promise<void> {
  await press(page, 'rule-edit');
  await press(page, 'rule-more');
  await press(page, 'rule-gates');
  await page.getByTestId('rule-cool-down').fill('10m');
  await page.getByTestId('rule-at-most').fill('5');
  await page.getByTestId('rule-at-most-per').fill('1h');
  await page.clock.runFor(500);
}

async function wrongRule(page: Page): Promise<void> {
  await press(page, 'rule-edit');
  await press(page, 'rule-add-condition');
  await page.getByTestId('rule-kind').last().selectOption('field');
  await press(page, 'rule-save');
  await page.clock.runFor(500);
}

async function probe(page: Page, address: string): Promise<void> {
  await press(page, 'add-feed');
  await page.getByTestId('feed-url').fill(address);
  await page.keyboard.press('Tab');
  await page.clock.runFor(500);
}

async function fields(page: Page): Promise<void> {
  await probe(page, 'https://a.example/prices');
  await page.getByTestId('sample').first().waitFor();
  await press(page, 'feed-fields');
  await page.clock.runFor(500);
  await page.getByTestId('sample-tree').first().scrollIntoViewIfNeeded();
}

/** Half played: a mark tells of itself. */
async function replay(page: Page): Promise<void> {
  await page.locator('[data-feed=btc]').getByTestId('card-menu').click();
  await press(page, 'card-replay');
  const from = Number(await page.getByTestId('replay-position').getAttribute('min'));
  await page.getByTestId('replay-speed').selectOption('10');
  await press(page, 'replay-play');
  await page.evaluate((from) => {
    const events = Array.from({ length: 12 }, (_, index) => ({
      seq: index + 1,
      feed: 'btc',
      at: from + (300 + index * 2) * 1000,
      event: 'message',
      id: '',
      data: '',
      bytes: 0,
      readings: [{ key: 'BTC-USD', value: (60_990 + index * 1.5).toFixed(1), unit: 'USD' }],
    }));
    window.story?.played({ type: 'moved', at: from + 324_000, events, skipped: 0 });
  }, from);
  await page.getByTestId('replay-mark').nth(1).focus();
}

async function editFeed(page: Page): Promise<void> {
  await page.getByTestId('card-menu').nth(1).click();
  await press(page, 'card-edit');
  await press(page, 'feed-login');
}

async function quietHours(page: Page): Promise<void> {
  await press(page, 'disturb-hour');
  await press(page, 'quiet-add');
  await press(page, 'quiet-add');
  await page.getByTestId('quiet-except').last().selectOption('critical');
  await page.getByTestId('quiet-to').last().fill('late');
  await page.getByTestId('quiet-to').last().press('Enter');
}

async function selfTest(page: Page): Promise<void> {
  await page.clock.runFor(3000);
  await press(page, 'self-test');
  await page.getByTestId('check').first().waitFor();
}

async function logPanel(page: Page): Promise<void> {
  await page.getByTestId('report-copy').scrollIntoViewIfNeeded();
}

async function palette(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(words);
}

/** The first feed was added a moment ago, and a few values came. */
async function firstFeed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { story } = window;
    const limits = undefined as never;
    const draft = {
      name: 'BTC-USD',
      url: 'https://a.example/prices',
      view: 'price' as const,
      map: {},
      headers: {},
      limits,
    };
    const feed = await story?.addFeed({ ...draft, notify: 'rules' });
    if (!story || !feed) return;
    await story.resumeFeed(feed.id);
    // What the server kept comes at once, with the times at which it was so.
    const [now, values] = [
      Date.now(),
      Array.from({ length: 40 }, (_, step) => 60_900 + 40 * Math.sin(step / 4) + step),
    ];
    const events = values.map((value, step) =>
      story.pen.event(
        feed.id,
        now - 3000 + Math.max(step - 37, 0) * 1000,
        { key: 'BTC-USD', value: value.toFixed(2), unit: 'USD', time: now - 40_000 + step * 1000 },
        { symbol: 'BTC-USD', price: value },
      ),
    );
    story.emit({ type: 'events', feed: feed.id, events, unread: 0, skipped: 0 });
  });
}

async function slow(page: Page, hash: string): Promise<void> {
  await page.evaluate(() => {
    if (!window.story) return;
    window.story.listEvents = () => new Promise(() => {});
    window.story.series = () => new Promise(() => {});
  });
  await go(page, hash);
  await page.getByTestId('event-list').waitFor();
}

async function broken(page: Page): Promise<void> {
  await page.evaluate(() => {
    const refused = { code: 'history_io', message: 'The history cannot be read: the disk does not answer.' };
    if (window.story) window.story.listEvents = () => Promise.reject(refused);
  });
  await go(page, '#/history');
  await page.getByTestId('empty').waitFor();
}

async function hubTopics(page: Page): Promise<void> {
  await page.getByTestId('hub-topic').first().waitFor();
}

async function offered(page: Page): Promise<void> {
  await offer(page, { name: 'Prices', group: 'Money', had_login: true });
  await page.getByTestId('offer').waitFor();
}

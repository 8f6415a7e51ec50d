import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { BUSY, card, go, hinder, mend, open } from './window';

/** Where something is asked of the engine, what tells of a failure there, and what is there when it is mended. */
const ASKED = [
  { name: 'the history', hash: '#/history', command: 'listEvents', told: 'empty', then: 'event-row' },
  { name: 'the events of a feed', hash: '#/feed/chat', command: 'listEvents', told: 'event-list', then: 'event-row' },
  { name: 'the chart', hash: '#/feed/btc', command: 'series', told: 'chart', then: 'curve' },
  { name: 'older alerts', hash: '#/alerts', command: 'listAlerts', told: 'alerts', then: 'alert' },
  { name: 'how much is kept', hash: '#/settings/storage', command: 'storage', told: 'failure', then: 'storage-disk' },
  { name: 'the figures', hash: '#/settings/diagnostics', command: 'figures', told: 'failure', then: 'figures' },
  { name: 'the log', hash: '#/settings/diagnostics', command: 'logState', told: 'failure', then: 'log-file' },
  {
    name: 'whether it starts at login',
    hash: '#/settings/general',
    command: 'startsAtLogin',
    told: 'failure',
    then: 'start-at-login',
  },
] as const;

for (const { name, hash, command, told, then } of ASKED) {
  test(`where ${name} can not be had, that is told and can be tried again`, async ({ page }) => {
    await open(page);
    await hinder(page, 'fails', command);
    await go(page, hash);
    const place = page.getByTestId(told).first();
    await expect(place).toContainText(BUSY);
    expect(await findings(page)).toEqual([]);
    await mend(page, command);
    await place.getByTestId('try-again').click();
    await expect(page.getByText(BUSY)).toHaveCount(0);
    await expect(page.getByTestId(then).first()).toBeVisible();
  });
}

test('an event that can not be read is tried again', async ({ page }) => {
  await open(page, { hash: '#/history' });
  await hinder(page, 'fails', 'readEvent');
  await page.getByTestId('event-row').first().click();
  const detail = page.getByTestId('event-detail');
  await expect(detail.getByRole('alert')).toHaveText(BUSY);
  await expect(detail.getByTestId('event-copy')).toBeDisabled();
  await mend(page, 'readEvent');
  await detail.getByTestId('try-again').click();
  await expect(detail.getByTestId('event-data')).toBeVisible();
  await expect(detail.getByRole('alert')).toHaveCount(0);
});

test('what was read already stays where the next page fails', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    for (let count = 0; count < 250; count += 1) {
      const event = window.story?.pen.event('chat', Date.now(), { key: 'mia', body: `line ${count}` }, `line ${count}`);
      if (event) window.story?.emit({ type: 'events', feed: 'chat', events: [event], unread: 0, skipped: 0 });
    }
  });
  await go(page, '#/history');
  await expect(page.getByTestId('event-row').first()).toContainText('line 249');
  await hinder(page, 'fails', 'listEvents');
  await page.getByTestId('load-older').click();
  const failure = page.getByTestId('failure');
  await expect(failure).toContainText(BUSY);
  await expect(page.getByTestId('event-row').first()).toContainText('line 249');
  await mend(page, 'listEvents');
  await failure.getByTestId('try-again').click();
  await expect(failure).toHaveCount(0);
  // Another question that fails leaves nothing of the last one's answer.
  await hinder(page, 'fails', 'listEvents');
  await page.getByTestId('search').fill('closing');
  await page.clock.runFor(300);
  await expect(page.getByTestId('empty')).toContainText(BUSY);
  await expect(page.getByTestId('event-row')).toHaveCount(0);
});

test('what is waited for says so', async ({ page }) => {
  await open(page, { hash: '#/settings/about' });
  await hinder(page, 'waits', 'listEvents', 'readEvent', 'series', 'whyEvent');
  await go(page, '#/feed/btc');
  await expect(page.getByTestId('chart').getByRole('status')).toHaveText('Loading…');
  await mend(page, 'listEvents');
  await go(page, '#/history');
  await page.getByTestId('event-row').first().click();
  await expect(page.getByTestId('event-detail').getByRole('status')).toHaveText('Loading…');
  await mend(page, 'readEvent');
  await page.getByTestId('event-row').nth(1).click();
  await page.getByTestId('event-why').click();
  await expect(page.getByTestId('why')).toHaveText('Loading…');
  await hinder(page, 'waits', 'listEvents');
  await go(page, '#/rules');
  await go(page, '#/history');
  await expect(page.getByTestId('event-list').getByRole('status')).toHaveText('Loading…');
});

test('a form that can not be tried or kept says why, and keeps what was written', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  await hinder(page, 'fails', 'previewRule', 'addRule', 'probeFeed', 'addFeed');
  await page.getByTestId('add-rule').click();
  await page.getByTestId('rule-level').fill('61000');
  await page.clock.runFor(500);
  await expect(page.getByTestId('rule-error')).toHaveText(BUSY);
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-error')).toHaveText(BUSY);
  await expect(page.getByTestId('rule-level')).toHaveValue('61000');
  await mend(page, 'previewRule', 'addRule');
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule')).toHaveCount(4);
  await page.keyboard.press('n');
  await page.getByTestId('feed-url').fill('https://a.example/prices');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toHaveText(BUSY);
  await mend(page, 'probeFeed', 'addFeed');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-form')).toHaveCount(0);
});

/** Presses what sends a command, and looks whether anybody is told that it failed. */
const DONE: [command: Parameters<typeof hinder>[2], act: (page: Page) => Promise<void>][] = [
  ['pauseAll', (page) => page.getByTestId('pause-all').click()],
  ['retryFeed', (page) => card(page, 'sensors').getByTestId('card-retry').click()],
  ['foldGroup', (page) => page.getByTestId('section-fold').first().click()],
  ['openLink', (page) => page.getByTestId('news-link').first().click()],
  [
    'arrangeCard',
    async (page) => {
      await card(page, 'news').getByRole('link').first().focus();
      await page.keyboard.press('Control+Shift+ArrowDown');
    },
  ],
  [
    'orderFeeds',
    async (page) => {
      await card(page, 'news').getByRole('link').first().focus();
      await page.keyboard.press('Control+ArrowLeft');
    },
  ],
  [
    'setPreferences',
    async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByTestId('palette-input')).toBeFocused();
      await page.keyboard.type('theme dark');
      await page.keyboard.press('Enter');
    },
  ],
  [
    'setVisible',
    (page) =>
      page.evaluate(() => {
        document.dispatchEvent(new Event('visibilitychange'));
      }),
  ],
  [
    'leave',
    async (page) => {
      await card(page, 'news').getByTestId('card-menu').click();
      await page.getByTestId('card-remove').click();
    },
  ],
];

test('whatever is done and fails is told of', async ({ page }) => {
  await open(page);
  for (const [command, act] of DONE) {
    await hinder(page, 'fails', command);
    await act(page);
    await expect(page.getByTestId('toast').filter({ hasText: BUSY }), command).toHaveCount(1);
    await mend(page, command);
    await page.getByTestId('toast').filter({ hasText: BUSY }).getByRole('button', { name: 'Close' }).click();
    await expect(page.getByTestId('toast').filter({ hasText: BUSY }), command).toHaveCount(0);
  }
});

test('a part of the window that is missing is told of, and the rest goes on', async ({ page }) => {
  await page.route(/assets\/(RulesPage|Palette)-/, (route) => route.abort());
  await open(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('toast')).toContainText('A part of the window is missing');
  await go(page, '#/rules');
  await expect(page.getByTestId('empty')).toContainText('A part of the window is missing');
  expect(await findings(page)).toEqual([]);
  await page.unroute(/assets\/(RulesPage|Palette)-/);
  await page.getByTestId('reload').click();
  await expect(page.getByTestId('rule')).toHaveCount(3);
});

test('what is not seen at first is loaded when there is time, and is there at the first key', async ({ page }) => {
  const last = page.waitForResponse(/assets\/FeedPage-.*\.js/);
  await open(page);
  await page.clock.resume();
  await last;
  await page.route('**/*', (route) => route.abort());
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette-input')).toBeFocused();
  await page.keyboard.type('settings: storage');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('storage-disk')).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByTestId('feed-form')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys')).toBeVisible();
});

test('a card that can not be drawn says so, and the others go on', async ({ page }) => {
  await open(page);
  const event = { seq: 900_001, feed: 'chat', at: Date.now(), event: 'message', id: '', data: '', bytes: 0 };
  // No engine sends such a value; a mistake in a view has the same effect.
  await page.evaluate((event) => {
    const readings = [{ title: 'x', body: {} }] as unknown as [];
    window.story?.emit({ type: 'events', feed: 'chat', events: [{ ...event, readings }], unread: 1, skipped: 0 });
  }, event);
  await expect(card(page, 'chat').getByTestId('failure')).toContainText('can not be drawn');
  await expect(card(page, 'news').locator('li').first()).toBeVisible();
  await page.evaluate(({ seq, ...event }) => {
    const told = Array.from({ length: 400 }, (_, index) => ({
      ...event,
      seq: seq + 1 + index,
      readings: [{ title: 'x', body: 'y' }],
    }));
    window.story?.emit({ type: 'events', feed: 'chat', events: told, unread: 1, skipped: 0 });
  }, event);
  await card(page, 'chat').getByTestId('try-again').click();
  await expect(card(page, 'chat').getByTestId('failure')).toHaveCount(0);
});

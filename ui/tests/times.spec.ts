import { expect, type Page, test } from '@playwright/test';

import { card, go, lastOf, open } from './window';

/** The story begins at 13:36:12 UTC of 14 March 2026. */
const PLACES = [
  {
    timezoneId: 'Asia/Shanghai',
    locale: 'zh-CN',
    chat: '21:36',
    news: '21:33',
    log: '21:34:57',
    since: '21:16',
    full: '2026年3月14日 21:36:00',
    row: '21:36:11',
    received: '2026年3月14日 21:36:11',
    tomorrow: '07:00',
    muted: '3月15日 21:36',
    oldest: '3月14日',
    running: '2026年3月14日 21:36:12',
    chip: '2026年3月14日 21:30:00',
    asked: '2026-03-14T21:30+08:00',
    local: '2026-03-14T21:30',
  },
  {
    timezoneId: 'America/New_York',
    locale: 'en-US',
    chat: '09:36',
    news: '09:33',
    log: '09:34:57',
    since: '09:16',
    full: 'Mar 14, 2026, 09:36:00',
    row: '09:36:11',
    received: 'Mar 14, 2026, 09:36:11',
    tomorrow: '07:00',
    muted: 'Mar 15, 09:36',
    oldest: 'Mar 14',
    running: 'Mar 14, 2026, 09:36:12',
    chip: 'Mar 14, 2026, 09:30:00',
    asked: '2026-03-14T09:30-04:00',
    local: '2026-03-14T09:30',
  },
];

for (const { timezoneId, locale, ...told } of PLACES) {
  test.describe(timezoneId, () => {
    test.use({ timezoneId, locale });

    test('every time is that of the place, as it is written there', async ({ page }) => {
      await open(page);
      await expect(card(page, 'chat').locator('time').first()).toHaveText(told.chat);
      await expect(card(page, 'news').locator('time').first()).toHaveText(told.news);
      await expect(card(page, 'sensors').locator('time').last()).toHaveText(told.log);
      await expect(card(page, 'btc')).toContainText(told.since);
      await go(page, '#/alerts');
      const alert = page.locator('[data-testid=alert][data-alert="3"]');
      await expect(alert.locator('time')).toHaveAttribute('title', told.full);
      await page.getByTestId('snooze').click();
      await expect(page.getByTestId('snooze-tomorrow')).toContainText(told.tomorrow);
      await page.keyboard.press('Escape');
      await page.evaluate(() => window.story?.muteFeed('news', '1d'));
      await expect(page.getByTestId('held-feed')).toContainText(told.muted);
      await go(page, '#/history');
      const row = page.getByTestId('event-row').first();
      await expect(row.locator('time')).toHaveText(told.row);
      await expect(row.locator('time')).toHaveAttribute('title', told.received);
      await row.click();
      await expect(page.getByTestId('event-detail')).toContainText(told.received);
      await page.getByTestId('filter').click();
      await page.getByTestId('filter-time').selectOption('between');
      await page.getByTestId('filter-since').fill(told.local);
      await page.getByTestId('filter-since').press('Tab');
      await expect(page.getByTestId('filter-chip')).toContainText(told.chip);
      expect(await lastOf(page, 'list_events')).toMatchObject({ since: new Date(told.asked).getTime() });
      await go(page, '#/settings/storage');
      await expect(page.getByTestId('history-figures').first()).toContainText(told.oldest);
      await go(page, '#/settings/diagnostics');
      await expect(page.getByTestId('figures')).toContainText(told.running);
    });

    test('a day ends at its midnight, and what was of today is of yesterday', async ({ page }) => {
      await open(page, { hash: '#/history' });
      const time = page.getByTestId('event-row').first().locator('time');
      await expect(time).toHaveText(told.row);
      await page.clock.fastForward('23:00:00');
      await expect(time).toContainText(told.oldest);
      await expect(time).toContainText(told.chat);
      await go(page, '#/');
      await expect(card(page, 'chat').locator('time').first()).toHaveText(told.oldest);
      await expect(card(page, 'news').locator('time').first()).toHaveText(told.oldest);
      await expect(card(page, 'sensors').locator('time').last()).toContainText(told.oldest);
    });
  });
}

/** Events of the chat at these moments. */
async function say(page: Page, ...moments: string[]): Promise<void> {
  await page.evaluate((moments) => {
    for (const moment of moments) {
      const event = window.story?.pen.event('chat', Date.parse(moment), { key: 'mia', body: moment }, moment);
      if (event) window.story?.emit({ type: 'events', feed: 'chat', events: [event], unread: 1, skipped: 0 });
    }
  }, moments);
}

test.describe('where the clocks went on by an hour on 8 March', () => {
  test.use({ timezoneId: 'America/New_York', locale: 'en-US' });

  test('yesterday, the lost hour and the last year are told apart', async ({ page }) => {
    await open(page);
    await say(
      page,
      '2025-03-14T13:36:00Z',
      '2025-12-31T23:59:00-05:00',
      '2026-03-08T06:30:00Z',
      '2026-03-08T07:30:00Z',
      '2026-03-13T13:36:00Z',
      '2026-03-14T04:00:00Z',
    );
    await go(page, '#/history?search=20');
    const times = page.getByTestId('event-row').filter({ hasText: 'mia' }).locator('time');
    await expect(times).toHaveText([
      '00:00:00',
      'Mar 13, 09:36',
      'Mar 8, 03:30',
      'Mar 8, 01:30',
      'Dec 31, 2025, 23:59',
      'Mar 14, 2025, 09:36',
    ]);
    for (const time of await times.all())
      expect(await time.evaluate((time) => time.scrollWidth - time.clientWidth)).toBeLessThanOrEqual(0);
    await go(page, '#/');
    await expect(card(page, 'chat').locator('time').nth(5)).toHaveText('Mar 14, 2025');
  });

  test('a time that is chosen is that of the place, on both sides of the lost hour', async ({ page }) => {
    await open(page, { hash: '#/history' });
    await page.getByTestId('filter').click();
    await page.getByTestId('filter-time').selectOption('between');
    for (const [chosen, asked] of [
      ['2026-03-08T01:30', '2026-03-08T06:30Z'],
      ['2026-03-08T03:30', '2026-03-08T07:30Z'],
    ] as const) {
      await page.getByTestId('filter-since').fill(chosen);
      await page.getByTestId('filter-since').press('Enter');
      await expect.poll(() => lastOf(page, 'list_events')).toMatchObject({ since: Date.parse(asked) });
      await expect(page.getByTestId('filter-since')).toHaveValue(chosen);
    }
  });
});

test('how long ago goes on everywhere, by one clock', async ({ page }) => {
  await open(page);
  await page.addInitScript(() => {
    const running = new Set<unknown>();
    const { setInterval: begin, clearInterval: end } = window;
    Object.assign(window, {
      running,
      setInterval: (...of: Parameters<typeof begin>) => {
        const id = begin(...of);
        running.add(id);
        return id;
      },
      clearInterval: (id: number) => {
        running.delete(id);
        end(id);
      },
    });
  });
  // Once more, now that the clock of the page is there before.
  await open(page, { again: true });
  const standing = card(page, 'chat').getByTestId('standing');
  await expect(standing).toContainText('12 s ago');
  await page.clock.runFor(5000);
  await expect(standing).toContainText('17 s ago');
  await page.clock.fastForward('02:00');
  await expect(standing).toContainText('2 min ago');
  await expect(card(page, 'news').getByTestId('standing')).toContainText('5 min ago');
  await go(page, '#/alerts');
  const ago = page.locator('[data-testid=alert][data-alert="2"] time');
  await expect(ago).toHaveText('2 min ago');
  await page.clock.fastForward('01:00:00');
  await expect(ago).toHaveText('1 h ago');
  await page.clock.fastForward('30:00:00');
  await expect(ago).toHaveText('14 Mar 2026');
  expect(await page.evaluate(() => (window as unknown as { running: Set<unknown> }).running.size)).toBe(1);
});

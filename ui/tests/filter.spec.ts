import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { lastOf, NOW, open } from './window';

const rows = (page: Page) => page.getByTestId('event-row');
const chips = (page: Page) => page.getByTestId('filter-chip');

test('a feed is narrowed by type, key and time, which the address keeps', async ({ page }) => {
  await open(page, { hash: '#/feed/sensors' });
  await expect(rows(page)).toHaveCount(2);
  await page.getByTestId('filter').focus();
  await page.keyboard.press('Enter');
  await page.clock.runFor(100);
  await page.getByTestId('filter-key').fill('sensor.hall');
  await page.getByTestId('filter-key').press('Enter');
  await expect(rows(page)).toHaveCount(1);
  await page.getByTestId('filter-type').fill('state');
  await page.getByTestId('filter-time').selectOption('1h');
  await page.keyboard.press('Escape');
  await page.clock.runFor(500);
  await expect(page.getByTestId('filter-panel')).toHaveCount(0);
  await expect(chips(page)).toHaveText(['type: state', 'key: sensor.hall', 'last hour']);
  await expect(page).toHaveURL(/#\/feed\/sensors\?type=state&key=sensor\.hall&within=1h$/);
  await expect(rows(page)).toHaveCount(1);
  expect(await lastOf(page, 'list_events')).toMatchObject({ feed: 'sensors', since: NOW.getTime() - 3_600_000 + 100 });
  await page.reload();
  await expect(chips(page)).toHaveCount(3);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Remove filter: key: sensor.hall' }).focus();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByTestId('filter')).toBeFocused();
  await page.getByTestId('filter-clear').click();
  await expect(chips(page)).toHaveCount(0);
});

test('what no event meets says so, and leads back', async ({ page }) => {
  await open(page, { hash: '#/history?priority=4&type=none&since=1000&until=2000' });
  await expect(page.getByTestId('empty')).toContainText('No event meets all of these filters');
  await expect(chips(page)).toHaveCount(4);
  await page.getByTestId('filter-clear-all').click();
  await expect(rows(page).first()).toBeVisible();
  await expect(page).toHaveURL(/#\/history$/);
});

test('what is unread stays so while it is what is looked at', async ({ page }) => {
  await open(page, { hash: '#/feed/build?unread=1' });
  await expect(rows(page)).toHaveCount(2);
  await page.clock.runFor(2000);
  expect(await lastOf(page, 'read_feed')).toBeUndefined();
  await page.getByRole('button', { name: 'Remove filter: Unread only' }).click();
  await page.clock.runFor(2000);
  expect(await lastOf(page, 'read_feed')).toBe('build');
});

test('the list goes on asking until the engine has found something', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const story = window.story;
    if (!story) return;
    const listEvents = story.listEvents.bind(story);
    let asked = 0;
    story.listEvents = async (query) => {
      const page = await listEvents(query);
      return (asked += 1) < 4 ? { events: [], more: true, next: 1000 - asked, gaps: [] } : page;
    };
    location.hash = '#/history?key=BTC-USD';
  });
  await expect(rows(page).first()).toContainText('BTC-USD');
});

test('when nobody listened stands between the events, with what came of it', async ({ page }) => {
  await open(page);
  await page.evaluate((now) => {
    const { story } = window;
    if (story)
      story.gaps.chat = [
        { since: now - 350_000, until: now - 310_000, recovered: null },
        { since: now - 200_000, until: now - 185_000, recovered: 37 },
        { since: now - 11_000, until: now - 5000, recovered: 0 },
      ];
    location.hash = '#/feed/chat';
  }, NOW.getTime());
  const gaps = page.getByTestId('event-gap');
  await expect(gaps).toHaveText([
    '14:36:01–14:36:07 offline: the server replayed nothing',
    '14:32:52–14:33:07 offline: 37 events recovered',
    '14:30:22–14:31:02 offline: what came then can not be replayed',
  ]);
  const order = await page
    .locator('[data-testid=event-gap], [data-testid=event-row]')
    .evaluateAll((lines) => lines.map((line) => (line as HTMLElement).dataset.testid));
  expect(order.map((line) => (line === 'event-gap' ? 'gap' : 'event'))).toEqual([
    'gap',
    'event',
    'event',
    'gap',
    'event',
    'gap',
    'event',
  ]);
  await page.evaluate((now) => {
    const { story } = window;
    story?.gaps.chat?.push({ since: now - 1000, until: now, recovered: 2 });
    story?.emit({ type: 'status', feed: 'chat', status: { type: 'connecting', since: now } });
    story?.emit({ type: 'status', feed: 'chat', status: { type: 'open', since: now } });
  }, NOW.getTime());
  await expect(gaps.first()).toContainText('2 events recovered');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en', 'zh-CN']) {
    test.describe(`${colorScheme} ${locale}`, () => {
      test.use({ colorScheme, locale, viewport: { width: 480, height: 800 } });

      test('axe finds nothing in filters and gaps, and they fit a narrow window', async ({ page }) => {
        await open(page);
        await page.evaluate((now) => {
          const { story } = window;
          if (story)
            story.gaps.btc = [
              { since: now - 700_000, until: now - 650_000, recovered: null },
              { since: now - 90_000, until: now - 61_000, recovered: 3 },
            ];
          location.hash = '#/feed/btc?type=message&key=BTC-USD&priority=4&unread=1&since=1700000000000';
        }, NOW.getTime());
        await expect(chips(page)).toHaveCount(5);
        expect(await findings(page)).toEqual([]);
        await page.evaluate(() => (location.hash = '#/feed/btc?type=message&key=BTC-USD'));
        await expect(rows(page).first()).toBeVisible();
        await page.getByTestId('filter').click();
        await expect(page.getByTestId('filter-panel')).toBeVisible();
        expect(await findings(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(480);
        await page.screenshot({ path: `test-results/pictures/filter-${colorScheme}-${locale}-480.png` });
      });
    });
  }
}

import { expect, type Page, test } from '@playwright/test';

import { leave, OPENED, PAGES, show, type Seen } from './views';
import { walk } from './walk';
import { card, lastOf, open } from './window';

/** A long list is walked with a few lines in it: each is like the others. */
const SHORT: Record<string, string> = { '#/history': '#/history?type=state', '#/feed/btc': '#/feed/btc?search=61262' };
const WALKED: Seen[] = [...PAGES, ...OPENED]
  // A menu has the arrow keys, and closes at Tab.
  .filter(({ name }) => !['menu of a card', 'arranging', 'snooze'].includes(name))
  .map((seen) => ({ ...seen, hash: SHORT[seen.hash] ?? seen.hash }));

for (const width of [1280, 480]) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 840 } });

    for (const seen of WALKED) {
      test(`everything is come to by Tab, there and back: ${seen.name}`, async ({ page }) => {
        await open(page);
        await show(page, seen);
        expect(await walk(page)).toEqual([]);
      });
    }
  });
}

/** What opens something, how it is opened with the keyboard, and what is open then. */
const OPENERS: { name: string; hash: string; opener: string; keys?: string[]; opened: string }[] = [
  { name: 'a new feed', hash: '#/', opener: 'add-feed', opened: 'feed-form' },
  { name: 'a menu', hash: '#/', opener: 'card-menu', opened: 'card-edit' },
  { name: 'a feed, from a menu', hash: '#/', opener: 'card-menu', keys: ['ArrowDown', 'Enter'], opened: 'feed-form' },
  {
    name: 'a preset of a feed',
    hash: '#/',
    opener: 'card-menu',
    keys: ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter'],
    opened: 'preset-form',
  },
  { name: 'a feed, from the settings', hash: '#/settings/feeds', opener: 'settings-edit', opened: 'feed-form' },
  { name: 'a new rule', hash: '#/rules', opener: 'add-rule', opened: 'rule-form' },
  { name: 'a rule', hash: '#/rules', opener: 'rule-edit', opened: 'rule-form' },
  { name: 'times to snooze', hash: '#/alerts', opener: 'snooze', opened: 'snooze-hour' },
  { name: 'what can be done with an alert', hash: '#/alerts', opener: 'alert-menu', opened: 'resolve' },
  { name: 'a filter', hash: '#/history', opener: 'filter', opened: 'filter-panel' },
  { name: 'an event', hash: '#/history', opener: 'event-row', opened: 'event-detail' },
  {
    name: 'how long it is kept',
    hash: '#/settings/storage',
    opener: 'history-menu',
    keys: ['Enter'],
    opened: 'keep-form',
  },
  { name: 'how long all is kept', hash: '#/settings/storage', opener: 'history-keep-all', opened: 'keep-form' },
  { name: 'a question', hash: '#/settings/storage', opener: 'backup-restore', opened: 'confirm' },
  { name: 'the palette', hash: '#/rules', opener: 'nav-rules', keys: ['Control+k'], opened: 'palette' },
  { name: 'the sheet of keys', hash: '#/rules', opener: 'nav-rules', keys: ['?'], opened: 'keys' },
];

for (const { name, hash, opener, keys, opened } of OPENERS) {
  test(`Escape gives the focus back to what opened ${name}`, async ({ page }) => {
    await open(page, { hash });
    const from = page.getByTestId(opener).first();
    await from.focus();
    if (opener !== 'nav-rules') await page.keyboard.press('Enter');
    for (const key of keys ?? []) {
      // A menu takes the focus when its timer has run.
      await page.clock.runFor(200);
      await page.keyboard.press(key);
    }
    await expect(page.getByTestId(opened).first()).toBeVisible();
    await page.clock.runFor(200);
    await page.keyboard.press('Escape');
    await page.clock.runFor(500);
    await expect(page.getByTestId(opened)).toHaveCount(0);
    await expect(from).toBeFocused();
  });
}

test('an event that stands in the place of the list has the keyboard, and gives it back', async ({ page }) => {
  await page.setViewportSize({ width: 480, height: 840 });
  await open(page, { hash: '#/history' });
  const row = page.getByTestId('event-row').nth(3);
  await row.focus();
  await page.keyboard.press('Enter');
  const detail = page.getByTestId('event-detail');
  await expect(detail.locator(':focus')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
  await expect(row).toBeFocused();
});

const name = (page: Page, feed: string) => card(page, feed).getByRole('link').first();

/** Everything that is done with a mouse, and how it is done without one. */
const WITHOUT_MOUSE: {
  mouse: string;
  hash: string;
  keys: (page: Page) => Promise<void>;
  does: (page: Page) => Promise<void>;
}[] = [
  {
    mouse: 'a click on a card opens its feed',
    hash: '#/',
    keys: async (page) => {
      await name(page, 'news').focus();
      await page.keyboard.press('Enter');
    },
    does: (page) => expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'news'),
  },
  {
    mouse: 'a card is dragged to another place',
    hash: '#/',
    keys: async (page) => {
      await name(page, 'news').focus();
      await page.keyboard.press('Control+ArrowLeft');
    },
    does: (page) => expect(page.getByTestId('card').nth(2)).toHaveAttribute('data-feed', 'news'),
  },
  {
    mouse: 'a card is dragged by its corner, which is seen when the pointer is on it',
    hash: '#/',
    keys: async (page) => {
      await name(page, 'news').focus();
      await page.keyboard.press('Control+Shift+ArrowDown');
    },
    does: (page) => expect(page.getByTestId('section').first().locator('..').getByRole('status')).toContainText('News'),
  },
  {
    mouse: 'a card is dragged into another group',
    hash: '#/',
    keys: async (page) => {
      await card(page, 'news').getByTestId('card-menu').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('card-edit').press('Enter');
      await expect(page.getByTestId('feed-form')).toBeVisible();
      await page.getByTestId('feed-place').press('Enter');
      await page.getByTestId('feed-group').fill('Prices');
      await page.getByTestId('feed-group').press('Enter');
    },
    does: async (page) => {
      await expect(page.getByTestId('feed-form')).toHaveCount(0);
      expect(await lastOf(page, 'feed')).toMatchObject({ group: 'Prices' });
    },
  },
  {
    mouse: 'a level is dragged on the chart',
    hash: '#/feed/btc',
    keys: async (page) => {
      await page.getByTestId('level').first().focus();
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Enter');
    },
    does: (page) => expect(page.getByTestId('toast')).toBeVisible(),
  },
  {
    mouse: 'a part of the chart is chosen by drag, or by the wheel',
    hash: '#/feed/btc',
    keys: (page) => page.getByTestId('chart-zoom-in').press('Enter'),
    does: (page) => expect(page.getByTestId('chart-back')).toHaveAttribute('aria-disabled', 'false'),
  },
  {
    mouse: 'a double click on the chart leads back to the whole',
    hash: '#/feed/btc',
    keys: async (page) => {
      await page.getByTestId('chart-zoom-in').press('Enter');
      await page.getByTestId('chart-back').press('Enter');
    },
    does: (page) => expect(page.getByTestId('chart-back')).toHaveAttribute('aria-disabled', 'true'),
  },
  {
    mouse: 'a feed is ordered in the settings by its buttons',
    hash: '#/settings/feeds',
    keys: (page) => page.locator('[data-feed=cup]').getByTestId('settings-up').press('Enter'),
    does: (page) => expect(page.getByTestId('settings-feed').first()).toHaveAttribute('data-feed', 'cup'),
  },
  {
    mouse: 'a field of a sample is clicked and chosen',
    hash: '#/',
    keys: async (page) => {
      await page.keyboard.press('n');
      await page.getByTestId('feed-url').fill('https://a.example/prices');
      await page.keyboard.press('Tab');
      await page.getByTestId('feed-fields').press('Enter');
      await page.getByTestId('sample-value').first().press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByTestId('sample-use-value').press('Enter');
    },
    does: (page) => expect(page.getByTestId('feed-map-value')).toHaveValue('$.price'),
  },
  {
    mouse: 'a value of an event is clicked',
    hash: '#/history',
    keys: async (page) => {
      await page.getByTestId('event-row').first().press('Enter');
      await page.getByTestId('tree-leaf').first().press('Enter');
    },
    does: (page) => expect(page.getByTestId('chosen-rule')).toBeVisible(),
  },
  {
    mouse: 'a line of the palette is pointed at and clicked',
    hash: '#/',
    keys: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByTestId('palette-input')).toBeFocused();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    },
    does: (page) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Alerts'),
  },
  {
    mouse: 'a message is closed, or what it tells of undone',
    hash: '#/rules',
    keys: async (page) => {
      await page.getByTestId('rule-remove').first().press('Enter');
      await page.getByTestId('toast-action').press('Enter');
    },
    does: (page) => expect(page.getByTestId('rule')).toHaveCount(3),
  },
];

for (const { mouse, hash, keys, does } of WITHOUT_MOUSE) {
  test(`without a mouse: ${mouse}`, async ({ page }) => {
    await open(page, { hash });
    await keys(page);
    await page.clock.runFor(500);
    await does(page);
    await leave(page);
  });
}

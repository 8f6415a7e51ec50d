import { mkdirSync } from 'node:fs';

import { test } from '@playwright/test';

import { open, waitForFonts } from './window';

const FOLDER = 'test-results/pictures';
const PAGES = {
  dashboard: '#/',
  alerts: '#/alerts',
  rules: '#/rules',
  feed: '#/feed/btc',
  settings: '#/settings/feeds',
  general: '#/settings/general',
  about: '#/settings/about',
  history: '#/history',
};

test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

for (const theme of ['light', 'dark'] as const) {
  for (const locale of ['en', 'zh-CN']) {
    for (const [width, height] of [
      [1280, 840],
      [900, 700],
    ] as const) {
      test.describe(`${theme} ${locale} ${width}`, () => {
        test.use({ colorScheme: theme, locale, viewport: { width, height } });
        test('every page is drawn', async ({ page }) => {
          const shoot = async (name: string) => {
            await waitForFonts(page);
            await page.screenshot({ path: `${FOLDER}/${name}-${theme}-${locale}-${width}.png` });
          };
          await open(page);
          for (const [name, hash] of Object.entries(PAGES)) {
            await page.evaluate((hash) => (location.hash = hash), hash);
            if (name === 'feed') await page.getByTestId('curve').locator('canvas').waitFor();
            await shoot(name);
          }
          await page.getByTestId('event-row').first().click();
          await shoot('detail');
          await page.evaluate(() => (location.hash = '#/'));
          await page.getByTestId('card-menu').nth(1).click();
          await shoot('menu');
          await page.getByTestId('card-arrange').click();
          await page.getByTestId('card-fit').waitFor();
          await shoot('arrange');
          await page.getByTestId('card-edit').click();
          await page.getByTestId('feed-login').click();
          await shoot('form');
          await page.keyboard.press('Escape');
          await page.evaluate(() => (location.hash = '#/rules'));
          await page.getByTestId('rule-edit').first().click();
          await page.clock.runFor(500);
          await page.getByTestId('level').first().waitFor();
          await shoot('rule-form');
          await page.getByTestId('rule-add-condition').click();
          await page.getByTestId('rule-kind').last().selectOption('field');
          await page.getByTestId('rule-save').click();
          await shoot('rule-fault');
          await page.keyboard.press('Escape');
          await page.getByTestId('rule-remove').first().click();
          await shoot('removed');
          await page.getByTestId('toast-action').click();
          await page.getByTestId('rule-edit').first().click();
          await page.getByTestId('rule-gates').click();
          await page.getByTestId('rule-cool-down').fill('10m');
          await page.getByTestId('rule-at-most').fill('5');
          await page.getByTestId('rule-save').click();
          await shoot('rule-gates');
          await page.keyboard.press('Escape');
          await page.evaluate(() => (location.hash = '#/settings/notifications'));
          await page.getByTestId('disturb-hour').click();
          await page.getByTestId('quiet-add').click();
          await page.getByTestId('quiet-add').click();
          await page.getByTestId('quiet-except').last().selectOption('critical');
          await page.getByTestId('quiet-to').last().fill('late');
          await page.getByTestId('quiet-to').last().press('Enter');
          await shoot('notifications');
          await page.evaluate(hold);
          await page.evaluate(() => (location.hash = '#/alerts'));
          await shoot('inbox');
          await page.getByTestId('snooze').click();
          await shoot('snooze');
          await page.keyboard.press('Escape');
          await page.evaluate(() => (location.hash = '#/settings/feeds'));
          await shoot('muted');
          await page.evaluate(() => (location.hash = '#/'));
          await shoot('muted-card');
        });
      });
    }
  }
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

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
            await shoot(name);
          }
          await page.getByTestId('event-row').first().click();
          await shoot('detail');
          await page.evaluate(() => (location.hash = '#/'));
          await page.getByTestId('card-menu').nth(1).click();
          await shoot('menu');
          await page.getByTestId('card-edit').click();
          await page.getByTestId('feed-login').click();
          await shoot('form');
          await page.keyboard.press('Escape');
          await page.evaluate(() => (location.hash = '#/rules'));
          await page.getByTestId('rule-edit').first().click();
          await page.clock.runFor(500);
          await shoot('rule-form');
          await page.getByTestId('rule-add-condition').click();
          await page.getByTestId('rule-kind').last().selectOption('field');
          await page.getByTestId('rule-save').click();
          await shoot('rule-fault');
          await page.keyboard.press('Escape');
          await page.getByTestId('rule-remove').first().click();
          await shoot('confirm');
        });
      });
    }
  }
}

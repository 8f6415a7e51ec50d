import { expect, test } from '@playwright/test';

import { findings } from './axe';
import { go, open } from './window';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const hash of ['#/', '#/alerts', '#/rules', '#/history', '#/feed/sensors', '#/feed/gone']) {
      test(`axe finds nothing on ${hash}`, async ({ page }) => {
        await open(page, { hash });
        expect(await findings(page)).toEqual([]);
      });
    }

    for (const section of ['feeds', 'general', 'notifications', 'storage', 'network', 'diagnostics', 'about']) {
      test(`axe finds nothing in the settings, ${section}`, async ({ page }) => {
        await open(page, { hash: `#/settings/${section}` });
        expect(await findings(page)).toEqual([]);
      });
    }

    test('axe finds nothing in the dialogs, the menu and an event', async ({ page }) => {
      await open(page);
      await page.getByTestId('card-menu').first().click();
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('card-edit').click();
      await page.getByTestId('feed-login').click();
      await page.getByTestId('feed-header-add').click();
      await page.getByTestId('feed-fields').click();
      await page.getByTestId('feed-url').fill('');
      await page.getByTestId('feed-save').click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await go(page, '#/rules');
      await page.getByTestId('rule-edit').first().click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('rule-remove').first().click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await go(page, '#/history');
      await page.getByTestId('event-row').first().click();
      expect(await findings(page)).toEqual([]);
    });

    test('axe finds nothing where there is nothing', async ({ page }) => {
      await open(page, { story: 'empty' });
      for (const hash of ['#/', '#/alerts', '#/rules', '#/history', '#/settings/feeds']) {
        await go(page, hash);
        expect(await findings(page)).toEqual([]);
      }
    });
  });
}

test('nothing moves for who does not want it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

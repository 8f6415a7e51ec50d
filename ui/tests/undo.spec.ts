import { expect, test } from '@playwright/test';

import { findings } from './axe';
import { card, lastOf, open } from './window';

const feeds = () => window.story?.listEvents({}).then(({ events }) => events.length);

test('a removed feed is out of sight at once, and comes back as it was', async ({ page }) => {
  await open(page, { hash: '#/feed/cup' });
  const before = await page.evaluate(feeds);
  await page.getByTestId('feed-menu').click();
  await page.getByTestId('card-remove').click();
  await expect(page.getByTestId('dashboard')).toBeVisible();
  await expect(card(page, 'cup')).toHaveCount(0);
  await expect(page.getByTestId('toast')).toContainText('Removed “Cup final”');
  await page.clock.runFor(9000);
  await page.getByTestId('toast-action').focus();
  await page.keyboard.press('Enter');
  await expect(card(page, 'cup')).toHaveCount(1);
  expect(await page.evaluate(feeds)).toBe(before);
  await page.clock.runFor(20_000);
  await expect(card(page, 'cup')).toHaveCount(1);
  await expect(page.getByTestId('toast')).toHaveCount(0);
});

test('it is removed when the time to undo is over; until then the shell knows what to remove if the window goes', async ({
  page,
}) => {
  await open(page, { hash: '#/rules' });
  await page.getByTestId('rule-remove').first().click();
  await expect(page.getByTestId('rule')).toHaveCount(2);
  expect(await lastOf(page, 'leave')).toEqual({ feeds: [], rules: ['btc-high'] });
  await page.clock.runFor(11_000);
  await expect(page.getByTestId('toast')).toHaveCount(0);
  await expect(page.getByTestId('rule')).toHaveCount(2);
  await expect.poll(() => lastOf(page, 'leave')).toEqual({ feeds: [], rules: [] });
  const rules = await page.evaluate(async () =>
    (await window.story?.attach(async () => {}))?.rules.map(({ id }) => id),
  );
  expect(rules).toHaveLength(2);
});

test('what can not be removed comes back, and says why', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    if (window.story) window.story.removeFeed = () => Promise.reject({ code: 'store', message: 'The disk is full.' });
  });
  await card(page, 'cup').getByTestId('card-menu').click();
  await page.getByTestId('card-remove').click();
  await expect(card(page, 'cup')).toHaveCount(0);
  await page.getByTestId('toast').getByRole('button', { name: 'Close' }).click();
  await expect(page.getByTestId('toast')).toContainText('The disk is full.');
  await expect(card(page, 'cup')).toHaveCount(1);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('axe finds nothing where something was removed', async ({ page }) => {
      await open(page, { hash: '#/rules' });
      await page.getByTestId('rule-remove').first().click();
      await expect(page.getByTestId('toast')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}

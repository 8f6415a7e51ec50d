import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { open } from './window';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test('what is in an event is copied as text, as JSON, and value by value, with the keyboard', async ({ page }) => {
  await open(page, { hash: '#/feed/sensors' });
  await page.getByTestId('event-row').last().focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('event-copy').click();
  await expect(page.getByTestId('toast')).toContainText('Copied');
  expect(await copied(page)).toBe('{"id":"sensor.hall","value":21.4}');
  await page.getByTestId('copy-json').click();
  await expect.poll(() => copied(page)).toBe('{\n  "id": "sensor.hall",\n  "value": 21.4\n}');
  await page.locator('[data-path="$.id"]').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chosen')).toContainText('$.id');
  await page.getByTestId('copy-value').click();
  await expect.poll(() => copied(page)).toBe('sensor.hall');
  await page.getByTestId('copy-path').click();
  await expect.poll(() => copied(page)).toBe('$.id');
});

test('a rule is made of an event, and of a value in it', async ({ page }) => {
  await open(page, { hash: '#/feed/sensors' });
  await page.getByTestId('event-row').last().click();
  await page.getByTestId('event-rule').click();
  await expect(page.getByTestId('rule-kind')).toHaveValue('event');
  await expect(page.getByTestId('rule-event')).toHaveValue('state');
  await expect(page.locator('[data-testid=rule-feed][data-feed=sensors]')).toBeChecked();
  await page.keyboard.press('Escape');
  await page.locator('[data-path="$.id"]').click();
  await page.getByTestId('chosen-rule').click();
  await expect(page.getByTestId('rule-path')).toHaveValue('$.id');
  await expect(page.getByTestId('rule-operand')).toHaveValue('sensor.hall');
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-form')).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByTestId('rule').last()).toContainText('$.id is sensor.hall');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('axe finds nothing in an event with a chosen value, also where it is narrow', async ({ page }) => {
      await open(page, { hash: '#/feed/btc' });
      await page.getByTestId('event-row').first().click();
      await page.locator('[data-path="$.price"]').click();
      expect(await findings(page)).toEqual([]);
      await page.screenshot({ path: `test-results/pictures/chosen-${colorScheme}.png` });
      await page.setViewportSize({ width: 480, height: 800 });
      expect(await findings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(480);
      await page.screenshot({ path: `test-results/pictures/chosen-${colorScheme}-480.png` });
    });
  });
}

import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { lastOf, open } from './window';

const palette = (page: Page) => page.getByTestId('palette');
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** The palette's line that Enter takes. */
const chosen = (page: Page) => page.getByRole('option', { selected: true });

async function ask(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette-input')).toBeFocused();
  await page.keyboard.type(words);
}

test('the palette finds pages, feeds, rules and settings, and does what is chosen', async ({ page }) => {
  await open(page);
  await ask(page, 'cup');
  await expect(chosen(page)).toContainText('Cup final');
  await page.keyboard.press('Enter');
  await expect(palette(page)).toHaveCount(0);
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'cup');

  await page.keyboard.press('Control+p');
  await page.keyboard.type('alerts pg');
  await expect(chosen(page)).toContainText('Alerts');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Alerts');

  await ask(page, 'pause nightly');
  await page.keyboard.press('Enter');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.locator('[data-testid=card][data-feed=build]')).toHaveAttribute('data-status', 'paused');

  await ask(page, 'theme dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await ask(page, 'bitcoin is');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rule-level')).toHaveValue('61000');
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toHaveCount(0);
});

test('what the palette does not know is searched in the history', async ({ page }) => {
  await open(page);
  await ask(page, 'closing the incident');
  await expect(chosen(page)).toHaveText(/Search the history for “closing the incident”/);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('search')).toHaveValue('closing the incident');
  await expect(page.getByTestId('event-row')).toHaveCount(1);
});

test('the palette is a combobox: arrows choose and go round, a screen reader is told which', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Control+k');
  const input = page.getByRole('combobox');
  const options = page.getByRole('option');
  await expect(input).toHaveAttribute('aria-activedescendant', /./);
  const active = async () => page.locator(`[id="${await input.getAttribute('aria-activedescendant')}"]`);
  await expect(await active()).toContainText('Dashboard');
  await page.keyboard.press('ArrowDown');
  await expect(await active()).toContainText('Alerts');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(await active()).toHaveText((await options.last().textContent()) ?? '');
  await expect(await active()).toBeInViewport();
  await page.keyboard.type('no such thing at all');
  await expect(options).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
});

test('single keys lead everywhere, and never while something is typed', async ({ page }) => {
  await open(page);
  for (const [key, title] of [
    ['a', 'Alerts'],
    ['r', 'Rules'],
    ['h', 'History'],
    ['s', 'Settings'],
    ['d', 'Dashboard'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(heading(page)).toHaveText(title);
  }
  await page.keyboard.press('/');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.type('gan?/');
  await expect(page.getByTestId('search')).toHaveValue('gan?/');
  await expect(heading(page)).toHaveText('Dashboard');
  await page.getByTestId('search').blur();
  await page.keyboard.press('n');
  await expect(page.getByTestId('feed-form')).toBeVisible();
  await page.getByTestId('feed-cancel').focus();
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys')).toHaveCount(0);
});

test('the keys are told of, and can be switched off', async ({ page }) => {
  await open(page);
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys')).toContainText('Go to: Alerts');
  await page.getByTestId('single-keys').focus();
  await page.keyboard.press('Space');
  expect(await lastOf(page, 'set_preferences')).toMatchObject({ no_single_keys: true });
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('keys')).toHaveCount(0);
  await page.keyboard.press('?');
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en', 'zh-CN']) {
    test.describe(`${colorScheme} ${locale}`, () => {
      test.use({ colorScheme, locale });
      test('axe finds nothing in the palette and the sheet of keys, also where it is narrow', async ({ page }) => {
        await open(page);
        await page.keyboard.press('Control+k');
        await page.keyboard.type('s');
        expect(await findings(page)).toEqual([]);
        await page.screenshot({ path: `test-results/pictures/palette-${colorScheme}-${locale}.png` });
        await page.setViewportSize({ width: 480, height: 640 });
        expect(await findings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        expect(await findings(page)).toEqual([]);
        await page.screenshot({ path: `test-results/pictures/keys-${colorScheme}-${locale}-480.png` });
      });
    });
  }
}

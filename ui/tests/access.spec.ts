import { expect, test } from '@playwright/test';

import { findings } from './axe';
import { leave, SEEN, show } from './views';
import { go, open } from './window';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

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
  for (const seen of SEEN) {
    await show(page, seen);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element);
        const lasts = (durations: string) => durations.split(', ').some((duration) => parseFloat(duration) > 0.01);
        const moves = (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration);
        return moves || scrollBehavior !== 'auto' ? [element.outerHTML.slice(0, 120)] : [];
      }),
    );
    expect.soft(moving, seen.name).toEqual([]);
    expect.soft(await page.evaluate(() => document.getAnimations().length), seen.name).toBe(0);
    await leave(page);
  }
});

/** What is told by paint alone, and what it must not look like. */
const PAINTED = [
  { hash: '#/', state: '.mark.open', other: 'body' },
  { hash: '#/', state: '.mark.stopped', other: 'body' },
  { hash: '#/', state: '[role=progressbar] i', other: '[role=progressbar]' },
  { hash: '#/', state: 'nav a[aria-current]', other: 'nav a:not([aria-current])' },
  { hash: '#/alerts', state: '[data-alert="2"] > i', other: 'body' },
  { hash: '#/rules', state: '[role=switch][aria-checked=true]', other: '[role=switch][aria-checked=false]' },
  { hash: '#/rules', state: '[role=switch][aria-checked=false] i', other: '[role=switch][aria-checked=false]' },
  { hash: '#/feed/btc', state: '.windows [aria-pressed=true]', other: '.windows [aria-pressed=false]' },
];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`states and focus are seen where the system chooses the colours: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await open(page);
    for (const { hash, state, other } of PAINTED) {
      await go(page, hash);
      const paint = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => getComputedStyle(element).backgroundColor);
      await expect(page.locator(state).first(), state).toBeVisible();
      const [shown, beside] = [await paint(state), await paint(other)];
      expect.soft(shown, state).not.toBe(beside);
      expect.soft(shown, state).not.toBe('rgba(0, 0, 0, 0)');
    }
    await go(page, '#/');
    for (const step of ['rail', 'search', 'button']) {
      for (let tab = 0; tab < 3; tab += 1) await page.keyboard.press('Tab');
      const outline = await page.evaluate(() => {
        const focused = document.activeElement;
        const drawn = [focused, focused?.closest('form'), focused?.closest('.card')];
        return drawn.map((each) => (each ? getComputedStyle(each).outlineStyle : 'none'));
      });
      expect(outline, step).not.toEqual(['none', 'none', 'none']);
    }
  });
}

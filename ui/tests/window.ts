import '../src/backend/memory';
import { expect, type Locator, type Page } from '@playwright/test';

/** The moment at which every story begins. */
export const NOW = new Date('2026-03-14T14:36:12+01:00');

/** Opens the window on a story, with a clock that stands still until the test moves it. */
export async function open(page: Page, { story = 'full', hash = '' } = {}): Promise<void> {
  await page.clock.install({ time: NOW.getTime() - 3_600_000 });
  await page.clock.pauseAt(NOW);
  await page.goto(`${process.env.STREAMBELL_UI}?backend=memory&story=${story}${hash}`);
  await expect(page.locator('[data-phase]')).toHaveAttribute('data-phase', /ready|failed|loading/);
  await drawn(page);
}

/** Waits until the page is there: what is not seen at first is loaded when it is. */
export async function drawn(page: Page): Promise<void> {
  await expect(page.locator('main, .whole').first()).toBeVisible();
}

export async function waitForFonts(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  // Two frames: the canvases draw in the first.
  await page.clock.runFor(100);
}

/** Goes to another page of the window. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), hash);
}

/** The card of a feed. */
export function card(page: Page, feed: string): Locator {
  return page.locator(`[data-testid=card][data-feed=${feed}]`);
}

/** What the window last sent with this command. */
export function lastOf(page: Page, command: string): Promise<unknown> {
  return page.evaluate((command) => window.story?.done.findLast(([name]) => name === command)?.[1], command);
}

import type {} from '../src/backend/memory';
import { expect, type Locator, type Page } from '@playwright/test';

import type { Backend } from '../src/backend';
import type { Offer } from '../src/bindings/Offer';

/** The moment at which every story begins. */
export const NOW = new Date('2026-03-14T14:36:12+01:00');

/** Opens the window on a story, with a clock that stands still until the test moves it. */
export async function open(page: Page, { story = 'full', hash = '', again = false } = {}): Promise<void> {
  if (!again) {
    await page.clock.install({ time: NOW.getTime() - 3_600_000 });
    await page.clock.pauseAt(NOW);
  }
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

/** A link offers a feed. */
export function offer(page: Page, said: Partial<Offer> = {}): Promise<void> {
  const offer = { url: 'https://a.example/prices', name: '', group: null, view: null, had_login: false, ...said };
  return page.evaluate((offer) => window.story?.emit({ type: 'reveal', target: { page: 'add', offer } }), offer);
}

export const BUSY = 'The engine is busy. Try again in a moment.';

type Command = Exclude<keyof Backend, 'attach'>;

/** Lets commands fail (or never answer) from now on, until they are mended. */
export async function hinder(page: Page, how: 'fails' | 'waits', ...commands: Command[]): Promise<void> {
  await page.evaluate(
    ({ how, commands, message }) => {
      const story = window.story as unknown as Record<string, unknown>;
      const answer = () => (how === 'waits' ? new Promise(() => {}) : Promise.reject({ code: 'engine', message }));
      for (const command of commands) story[command] = answer;
    },
    { how, commands, message: BUSY },
  );
}

/** Lets them answer again. */
export async function mend(page: Page, ...commands: Command[]): Promise<void> {
  await page.evaluate((commands) => {
    const story = window.story as unknown as Record<string, unknown>;
    for (const command of commands) delete story[command];
  }, commands);
}

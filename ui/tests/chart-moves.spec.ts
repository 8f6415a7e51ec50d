import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { NOW, open } from './window';

const MINUTE = 60_000;

async function show(page: Page): Promise<void> {
  await open(page, { hash: '#/feed/btc' });
  await expect(page.getByTestId('curve').locator('canvas')).toBeVisible();
}

/** What is shown, in minutes from now, once it rests. */
async function shown(page: Page): Promise<{ since: number; until: number }> {
  await page.clock.runFor(500);
  const asked = await page.evaluate(() => window.story?.done.findLast(([name]) => name === 'series')?.[1]);
  const { since = 0, until = NOW.getTime() } = asked as { since?: number; until?: number };
  return { since: (since - NOW.getTime()) / MINUTE, until: (until - NOW.getTime()) / MINUTE };
}

/** Where the hour of the chart is drawn. */
async function box(page: Page) {
  const over = await page.getByTestId('curve').locator('.u-over').boundingBox();
  if (!over) throw new Error('no curve');
  return { ...over, y: over.y + over.height * 0.8 };
}

for (const [how, begin, end] of [
  ['Shift', (page: Page) => page.keyboard.down('Shift'), (page: Page) => page.keyboard.up('Shift')],
  ['the middle button', undefined, undefined],
] as const) {
  test(`the time is moved by a drag with ${how}`, async ({ page }) => {
    await show(page);
    const { x, y, width } = await box(page);
    const button = begin ? 'left' : 'middle';
    await page.mouse.move(x + width * 0.5, y);
    await begin?.(page);
    await page.mouse.down({ button });
    await page.mouse.move(x + width * 0.6, y);
    await page.mouse.move(x + width * 0.75, y);
    await page.mouse.up({ button });
    await end?.(page);
    expect(await shown(page)).toEqual({ since: expect.closeTo(-75, 0), until: expect.closeTo(-15, 0) });
    await expect(page.getByTestId('chart-back')).toBeEnabled();
  });
}

test('the wheel zooms about the pointer, and sideways moves the time', async ({ page }) => {
  await show(page);
  const { x, y, width } = await box(page);
  await page.mouse.move(x + width * 0.5, y);
  await page.mouse.wheel(0, -100);
  expect(await shown(page)).toEqual({ since: expect.closeTo(-54, 0), until: expect.closeTo(-6, 0) });
  await page.mouse.wheel(-width / 2, 0);
  expect(await shown(page)).toEqual({ since: expect.closeTo(-78, 0), until: expect.closeTo(-30, 0) });
});

test('two fingers stretch the time, one moves it', async ({ page }) => {
  await show(page);
  const { x, y, width } = await box(page);
  const touch = (type: string, id: number, part: number) =>
    page
      .getByTestId('curve')
      .locator('.u-over')
      .evaluate(
        (over, init) => {
          // Fingers of a test cannot be held.
          over.setPointerCapture = () => {};
          over.dispatchEvent(new PointerEvent(init.type, { ...init, pointerType: 'touch', bubbles: true, button: 0 }));
        },
        { type, pointerId: id, clientX: x + width * part, clientY: y },
      );
  await touch('pointerdown', 1, 0.25);
  await touch('pointerdown', 2, 0.75);
  await touch('pointermove', 1, 0);
  await touch('pointermove', 2, 1);
  expect(await shown(page)).toEqual({ since: expect.closeTo(-45, 0), until: expect.closeTo(-15, 0) });
  await touch('pointerup', 2, 1);
  await touch('pointermove', 1, 0.5);
  await touch('pointerup', 1, 0.5);
  expect(await shown(page)).toEqual({ since: expect.closeTo(-60, 0), until: expect.closeTo(-30, 0) });
});

test('the chart is moved and zoomed with the keyboard', async ({ page }) => {
  await show(page);
  const curve = page.getByTestId('curve');
  await curve.focus();
  await page.keyboard.press('-');
  await page.keyboard.press('0');
  await expect(page.getByTestId('chart-back')).toBeDisabled();
  await page.keyboard.press('ArrowLeft');
  expect(await shown(page)).toEqual({ since: expect.closeTo(-66, 0), until: expect.closeTo(-6, 0) });
  await page.keyboard.press('PageUp');
  await page.keyboard.press('+');
  expect(await shown(page)).toEqual({ since: expect.closeTo(-90, 0), until: expect.closeTo(-42, 0) });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('-');
  expect(await shown(page)).toEqual({ since: expect.closeTo(-91, 0), until: expect.closeTo(-31, 0) });
  await page.keyboard.press('0');
  await expect(page.getByTestId('chart-back')).toBeDisabled();
  expect(await findings(page)).toEqual([]);
});

test('an outage that goes on is told of, and a short one is not', async ({ page }) => {
  await show(page);
  const gaps = page.getByTestId('chart-gaps');
  await page.evaluate((now) => {
    const reason = { code: 'reset', message: 'The server hung up.' };
    const status = { type: 'waiting' as const, until: now + 9000, attempt: 1, reason };
    window.story?.emit({ type: 'status', feed: 'btc', status });
  }, NOW.getTime());
  await page.clock.runFor(2000);
  await expect(gaps).toHaveCount(0);
  await page.clock.runFor(60_000);
  await expect(gaps).toHaveText('Not listened to since 14:36:12');
  await page.evaluate(() => window.story?.resumeFeed('btc'));
  await expect(gaps).toHaveCount(0);
});

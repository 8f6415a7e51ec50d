import { expect, type Page, test } from '@playwright/test';

import { card, lastOf, open } from './window';

/** Opens the recording by the palette, with the keyboard alone. */
async function openRecording(page: Page): Promise<void> {
  await open(page);
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('replay');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('replay')).toBeVisible();
}

const played = (page: Page, news: object) =>
  page.evaluate(
    (news) => window.story?.played(news as Parameters<NonNullable<typeof window.story>['played']>[0]),
    news,
  );

/** The beginning of the recording. */
const started = (page: Page) => page.getByTestId('replay-position').getAttribute('min').then(Number);

test('a recording is chosen, and what would have rung is seen before it is played', async ({ page }) => {
  await openRecording(page);
  expect(await lastOf(page, 'choose_recording')).toBe(null);
  await expect(page.getByRole('dialog')).toContainText('prices.jsonl');
  await expect(page.getByTestId('replay-facts')).toContainText('2 rules look at it · 3 alerts');
  await expect(page.getByTestId('replay-mark')).toHaveCount(3);
  await expect(page.getByTestId('replay-alert').first()).toContainText('BTC above 61 000');
  // A mark tells of itself under the pointer, and at the keyboard, where arrows lead from one to the next.
  const marks = page.getByTestId('replay-mark');
  await marks.nth(1).hover();
  await expect(page.getByTestId('replay-told')).toContainText('61 001 USD');
  await marks.first().focus();
  await expect(page.getByTestId('replay-told')).toContainText('61 020.5 USD');
  await page.keyboard.press('End');
  await expect(marks.nth(2)).toBeFocused();
  await expect(page.getByTestId('replay-told')).toContainText('Silent for 30 seconds');
  await page.keyboard.press('Enter');
  const at = await page.getByTestId('replay-position').inputValue();
  expect(Number(at)).toBeGreaterThan(await started(page));
});

test('it plays, waits, goes elsewhere and ends', async ({ page }) => {
  await openRecording(page);
  const from = await started(page);
  await page.getByTestId('replay-speed').selectOption('10');
  await page.getByTestId('replay-play').click();
  expect(await lastOf(page, 'play_recording')).toEqual({ feed: null, from, speed: 10 });
  const event = (seq: number, value: string) => ({
    seq,
    feed: '',
    at: from + seq * 1000,
    event: 'message',
    id: '',
    data: `{"price":${value}}`,
    bytes: 12,
    readings: [{ value, key: 'BTC-USD' }],
  });
  await played(page, {
    type: 'moved',
    at: from + 80_000,
    events: [event(1, '61020.5'), event(2, '61021')],
    skipped: 3,
  });
  await expect(page.getByTestId('replay-event').first()).toContainText('61,021');
  await expect(page.getByTestId('replay')).toContainText('3 more came in between.');
  await expect(page.locator('[data-testid=replay-alert].rung')).toHaveCount(1);
  await page.getByTestId('replay-pause').click();
  expect(await lastOf(page, 'stop_playing')).toBe(true);
  await page.getByTestId('replay-alert').nth(1).getByRole('button').click();
  await expect(page.getByTestId('replay-position')).toHaveValue(String(from + 322_000));
  await page.getByTestId('replay-position').press('Home');
  await expect(page.getByTestId('replay-position')).toHaveValue(String(from));
  await page.getByTestId('replay-play').click();
  await played(page, { type: 'over' });
  await expect(page.locator('[data-testid=replay-alert].rung')).toHaveCount(3);
  await page.getByTestId('replay-play').click();
  expect(await lastOf(page, 'play_recording')).toEqual({ feed: null, from, speed: 10 });
  // Closed, it plays no more.
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('replay')).toHaveCount(0);
  expect(await lastOf(page, 'stop_playing')).toBe(true);
});

test('it is played as a feed, from the menu of that feed too', async ({ page }) => {
  await open(page);
  await card(page, 'btc').getByTestId('card-menu').click();
  await page.getByTestId('card-replay').click();
  expect(await lastOf(page, 'choose_recording')).toBe('btc');
  await expect(page.getByTestId('replay-as')).toHaveValue('btc');
  await page.getByTestId('replay-as').selectOption('');
  await page.getByTestId('replay-play').click();
  expect(await lastOf(page, 'play_recording')).toMatchObject({ feed: null });
  await played(page, { type: 'failed', reason: { code: 'bad_recording', message: 'Line 3 is not understood.' } });
  await expect(page.getByTestId('replay-failure')).toHaveText('Line 3 is not understood.');
});

test('who chooses no file sees nothing', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    if (window.story) window.story.chosen = false;
  });
  await card(page, 'btc').getByTestId('card-menu').click();
  await page.getByTestId('card-replay').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

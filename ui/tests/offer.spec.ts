import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { SHORT } from './hostile';
import { card, lastOf, offer, open } from './window';

/** Whether the window asked for a connection so far. */
const probed = async (page: Page) => (await lastOf(page, 'probe')) !== undefined;
const feeds = (page: Page) => page.locator('[data-testid=card]');

test('a link is asked about, in plain sight of its host, and nothing is sent before the user says so', async ({
  page,
}) => {
  await open(page, { story: 'empty' });
  await offer(page, { name: 'Prices', group: 'Money', view: 'price' });
  const dialog = page.getByRole('dialog', { name: 'Add feed' });
  await expect(dialog).toContainText('A link asks you to add this feed. Nothing was sent to its server so far.');
  await expect(page.getByTestId('offer-host')).toHaveText('a.example');
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await expect(page.getByTestId('feed-url')).toHaveValue('https://a.example/prices');
  await expect(page.getByTestId('feed-name')).toHaveValue('Prices');
  await expect(page.getByTestId('feed-group')).toHaveValue('Money');
  await expect(page.getByTestId('feed-view')).toHaveValue('price');
  await expect(page.getByTestId('offer-login')).toBeHidden();
  // Neither time nor the form being filled in is a yes.
  await page.clock.runFor(20_000);
  await page.getByTestId('feed-name').fill('My prices');
  await page.getByTestId('feed-url').fill('https://a.example/prices?x');
  await page.getByTestId('feed-url').press('Tab');
  await page.clock.runFor(20_000);
  expect(await probed(page)).toBe(false);
  expect(await findings(page)).toEqual([]);

  await page.getByTestId('probe-try').click();
  await expect(page.getByTestId('sample')).toHaveCount(3);
  expect(await lastOf(page, 'probe')).toMatchObject({ url: 'https://a.example/prices?x' });
});

test('Enter adds it, without a trial', async ({ page }) => {
  await open(page, { story: 'empty' });
  await offer(page, { name: 'Prices' });
  await page.getByTestId('feed-url').press('Enter');
  await expect(card(page, 'prices')).toBeVisible();
  expect(await probed(page)).toBe(false);
});

test('Escape adds nothing', async ({ page }) => {
  await open(page, { story: 'empty' });
  await offer(page);
  await expect(page.getByTestId('offer')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(feeds(page)).toHaveCount(0);
  expect(await lastOf(page, 'add_feed')).toBeUndefined();
});

test('what the user pastes over it is tried out as ever', async ({ page }) => {
  await open(page, { story: 'empty' });
  await offer(page, { had_login: true });
  await expect(page.getByTestId('offer-login')).toContainText('The link had a login in it, which was left out.');
  await page.getByTestId('feed-url').evaluate((field: HTMLInputElement) => {
    field.select();
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'https://b.example/prices');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(page.getByTestId('offer-host')).toHaveText('b.example');
  await expect(page.getByTestId('sample')).toHaveCount(3);
});

test('it waits until a form is closed, and the latest is asked about', async ({ page }) => {
  await open(page, { story: 'empty' });
  await page.getByTestId('add-feed').click();
  await page.getByTestId('feed-name').fill('Mine');
  await offer(page, { name: 'First' });
  await offer(page, { name: 'Second' });
  await expect(page.getByTestId('toast').first()).toContainText('You are asked when this is closed.');
  await expect(page.getByTestId('feed-name')).toHaveValue('Mine');
  await expect(page.getByTestId('offer')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('feed-name')).toHaveValue('Second');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a link that cannot be followed says why', async ({ page }) => {
  await open(page, { story: 'empty' });
  await page.evaluate(() =>
    window.story?.emit({
      type: 'reveal',
      target: { page: 'refused', reason: { code: 'link_no_address', message: 'The link names no feed.' } },
    }),
  );
  await expect(page.getByTestId('toast')).toContainText('The link names no feed.');
  await expect(page.getByRole('dialog')).toBeHidden();
});

for (const kind of ['markup', 'frame', 'link', 'quotes', 'override', 'long']) {
  const text = SHORT[kind] ?? '';
  test(`a name that is ${kind} is only text`, async ({ page }) => {
    await open(page, { story: 'empty' });
    await offer(page, { name: text, group: text });
    await expect(page.getByTestId('offer-host')).toHaveText('a.example');
    await expect(page.locator('.pwned')).toHaveCount(0);
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await probed(page)).toBe(false);
  });
}

test('a feed is passed on as a link', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await card(page, 'btc').getByTestId('card-menu').click();
  await page.getByTestId('card-link').click();
  await expect(page.getByTestId('toast')).toContainText('Copied');
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(link.href).toMatch(/^streambell:\/\/add\?url=http/);
  expect(link.searchParams.get('view')).toBe('price');
});

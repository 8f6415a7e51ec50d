import { expect, type Page, test } from '@playwright/test';

import type { Preferences } from '../src/bindings/Preferences';
import { findings } from './axe';
import { BUSY, hinder, lastOf, mend, NOW, open } from './window';

const HASH = '#/settings/hub';

const topic = (page: Page, name: string) => page.locator(`[data-testid=hub-topic][data-topic=${name}]`);

/** What the window last asked to keep of the hub. */
async function kept(page: Page): Promise<Pick<Preferences, 'hub' | 'hub_port'>> {
  const { hub, hub_port } = (await lastOf(page, 'set_preferences')) as Preferences;
  return { hub, hub_port };
}

test('the hub is turned off and on with the keyboard', async ({ page }) => {
  await open(page, { hash: HASH });
  const runs = page.getByRole('switch', { name: 'Run the hub' });
  await expect(runs).toBeChecked();
  await expect(page.getByTestId('hub-none')).toHaveCount(0);
  await runs.focus();
  await page.keyboard.press('Space');
  await expect(runs).not.toBeChecked();
  expect(await kept(page)).toEqual({ hub: false, hub_port: 7788 });
  await expect(page.getByTestId('hub-none')).toHaveText('The hub does not run.');
  await expect(page.getByTestId('hub-address')).toHaveCount(0);
  await expect(page.getByTestId('hub-topic')).toHaveCount(0);
  await page.keyboard.press('Space');
  await expect(runs).toBeChecked();
  await expect(page.getByTestId('hub-address')).toHaveText('http://127.0.0.1:7788');
  await expect(page.getByTestId('hub-topic')).toHaveCount(3);
});

test('its port is changed, and one that can be none is refused', async ({ page }) => {
  await open(page, { hash: HASH });
  const port = page.getByLabel('Port');
  await expect(port).toHaveValue('7788');
  for (const wrong of ['80', '65536', 'many', '']) {
    await port.fill(wrong);
    await port.press('Enter');
    await expect(page.getByTestId('hub-port-error')).toContainText('from 1024 to 65535');
    await expect(port).toHaveAttribute('aria-invalid', 'true');
  }
  expect(await lastOf(page, 'set_preferences')).toBeUndefined();
  await port.fill(' 9000 ');
  await port.press('Enter');
  await expect(page.getByTestId('hub-port-error')).toHaveCount(0);
  expect(await kept(page)).toEqual({ hub: true, hub_port: 9000 });
  await expect(page.getByTestId('hub-address')).toHaveText('http://127.0.0.1:9000');
  await expect(port).toHaveValue('9000');
});

test('a port that is being written stays when something else changes', async ({ page }) => {
  await open(page, { hash: HASH });
  await page.getByLabel('Port').fill('90');
  await page.getByTestId('hub-runs').click();
  await expect(page.getByTestId('hub-none')).toBeVisible();
  await expect(page.getByLabel('Port')).toHaveValue('90');
});

test('its address is copied, and its page is opened in the browser', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, { hash: HASH });
  await page.getByRole('button', { name: 'Copy: Address' }).click();
  await expect(page.getByTestId('toast')).toHaveText(/Copied/);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('http://127.0.0.1:7788');
  await page.getByTestId('hub-open').click();
  expect(await lastOf(page, 'open_link')).toBe('http://127.0.0.1:7788/');
});

test('topics tell what is kept of them, when the last came and who listens', async ({ page }) => {
  await open(page, { hash: HASH });
  await expect(topic(page, 'backups')).toContainText('1,204 events · last 3 min ago · 2 listeners');
  await expect(topic(page, 'office')).toContainText('0 events · 1 listener');
  await page.evaluate((at) => {
    if (!window.story) return;
    const url = 'http://127.0.0.1:7788/doors/sse';
    window.story.hubTopics = async () => [{ name: 'doors', url, events: 1, last_event_at: at, subscribers: 0 }];
  }, NOW.getTime());
  await expect(page.getByTestId('hub-topic')).toHaveCount(3);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByTestId('hub-topic')).toHaveCount(1);
  await expect(topic(page, 'doors')).toContainText('1 event · last now · 0 listeners');
});

test('a topic becomes a feed, and then leads to it', async ({ page }) => {
  await open(page, { hash: HASH });
  await page.getByRole('button', { name: 'Add as feed: backups' }).click();
  await expect(page.getByTestId('feed-url')).toHaveValue('http://127.0.0.1:7788/backups/sse');
  await page.getByTestId('feed-name').fill('Backups');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-form')).toHaveCount(0);
  await expect(topic(page, 'backups').getByTestId('hub-add')).toHaveCount(0);
  await expect(topic(page, 'office').getByTestId('hub-add')).toBeVisible();
  // Off, those who read from it are counted.
  await page.getByTestId('hub-runs').click();
  await expect(page.getByTestId('hub-none')).toContainText('One feed reads from it, and waits until it runs.');
  await page.getByTestId('hub-runs').click();
  await page.getByRole('link', { name: 'Read by Backups' }).click();
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'backups');
});

test('where nothing was published it says how', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, { story: 'empty', hash: HASH });
  await expect(page.getByTestId('hub-curl')).toHaveText("curl -d 'backup done' http://127.0.0.1:7788/backups");
  await page.getByTestId('hub-curl-copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    "curl -d 'backup done' http://127.0.0.1:7788/backups",
  );
});

test('topics that are waited for or can not be had say so', async ({ page }) => {
  await open(page);
  await hinder(page, 'waits', 'hubTopics');
  await page.evaluate((hash) => (location.hash = hash), HASH);
  const topics = page.getByRole('region', { name: 'What runs on it' });
  await expect(topics.getByRole('status')).toHaveText('Loading…');
  await hinder(page, 'fails', 'hubTopics');
  await page.getByTestId('hub-refresh').click();
  await expect(topics.getByTestId('failure')).toContainText(BUSY);
  await mend(page, 'hubTopics');
  await topics.getByTestId('try-again').click();
  await expect(page.getByTestId('hub-topic')).toHaveCount(3);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the hub is for everybody, ${colorScheme}, also in a narrow window`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, { hash: HASH });
    await expect(page.getByTestId('hub-topic')).toHaveCount(3);
    await page.getByLabel('Port').fill('80');
    await page.getByLabel('Port').press('Enter');
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize({ width: 480, height: 800 });
    const section = page.getByTestId('settings-hub');
    expect(await section.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await findings(page)).toEqual([]);
  });
}

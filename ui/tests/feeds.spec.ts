import { expect, test } from '@playwright/test';

import { findings } from './axe';
import { card, go, lastOf, open } from './window';

test('a feed is added by typing its address', async ({ page }) => {
  await open(page, { story: 'empty', hash: '#/settings/feeds' });
  await page.getByTestId('add-feed').click();
  await page.clock.runFor(100);
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toHaveText('Paste the address of a feed.');
  await page.getByTestId('feed-url').fill('ws://x.example/');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toContainText('is no http or https address');
  await page.getByTestId('feed-url').fill('https://builds.example/sse');
  await expect(page.getByTestId('feed-name')).toHaveAttribute('placeholder', 'builds.example');
  await page.getByTestId('feed-name').fill('Builds');
  await page.getByTestId('feed-view').selectOption('progress');
  await page.getByTestId('feed-notify').selectOption('all');
  await page.getByTestId('feed-login').click();
  await page.getByTestId('feed-auth').selectOption('bearer');
  await page.getByTestId('feed-secret').fill('s3cret');
  await page.getByTestId('feed-header-add').click();
  await page.getByTestId('feed-header-name').fill('X-Team');
  await page.getByTestId('feed-header-value').fill('red');
  await page.getByTestId('feed-fields').click();
  await page.getByTestId('feed-map-progress').fill('$.done');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await lastOf(page, 'feed')).toEqual({
    url: 'https://builds.example/sse',
    name: 'Builds',
    view: 'progress',
    notify: 'all',
    auth: { type: 'bearer', token: 's3cret' },
    headers: { 'X-Team': 'red' },
    map: { progress: '$.done' },
    limits: {},
  });
  const row = page.getByTestId('settings-feed');
  await expect(row).toContainText('Builds');
  await expect(row).toHaveAttribute('data-status', 'connecting');
});

test('an edited feed keeps the secrets that it is not given again', async ({ page }) => {
  await open(page, { story: 'empty' });
  await page.getByTestId('add-feed').click();
  await page.getByTestId('feed-url').fill('https://a.example/');
  await page.getByTestId('feed-login').click();
  await page.getByTestId('feed-auth').selectOption('basic');
  await page.getByTestId('feed-user').fill('mia');
  await page.getByTestId('feed-secret').fill('one');
  await page.getByTestId('feed-save').click();
  await card(page, 'a-example').getByTestId('card-menu').click();
  await page.getByTestId('card-edit').click();
  await expect(page.getByTestId('feed-secret')).toHaveAttribute('placeholder', 'kept in the key ring');
  await expect(page.getByTestId('feed-secret')).toHaveValue('');
  await page.getByTestId('feed-name').fill('A');
  await page.getByTestId('feed-save').click();
  await expect(card(page, 'a-example').getByRole('link', { name: 'A' })).toBeVisible();
  expect(await lastOf(page, 'feed')).toMatchObject({ name: 'A', auth: { type: 'basic', user: 'mia' } });
  expect(JSON.stringify(await lastOf(page, 'feed'))).not.toContain('one');
});

test('a feed has a group, and hangs on another', async ({ page }) => {
  await open(page);
  await page.getByTestId('add-feed').click();
  await page.getByTestId('feed-url').fill('https://a.example/');
  await page.getByTestId('feed-place').click();
  await page.getByTestId('feed-group').fill(' Town ');
  await page.getByTestId('feed-parent').selectOption('cup');
  await page.getByTestId('feed-save').click();
  expect(await lastOf(page, 'feed')).toMatchObject({ group: 'Town', parent: 'cup' });
});

test('the dialog closes on Escape and gives the focus back', async ({ page }) => {
  await open(page);
  await page.getByTestId('add-feed').click();
  await page.clock.runFor(100);
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.clock.runFor(100);
  await expect(page.getByTestId('add-feed')).toBeFocused();
});

test('a feed page is read when it is shown, follows its events and can be searched', async ({ page }) => {
  await open(page);
  await expect(card(page, 'chat').getByTestId('card-unread')).toBeVisible();
  await go(page, '#/feed/chat');
  await expect(page.getByTestId('event-row')).toHaveCount(4);
  await page.clock.runFor(500);
  expect(await lastOf(page, 'read_feed')).toBe('chat');
  await page.evaluate(() => window.story?.next());
  await expect(page.getByTestId('event-row').first()).toContainText('jun · all green');
  await page.getByTestId('search').fill('wiki');
  await page.clock.runFor(300);
  await expect(page.getByTestId('event-row')).toHaveCount(1);
  await page.getByTestId('search').fill('nobody said this');
  await page.clock.runFor(300);
  await expect(page.getByTestId('empty')).toContainText('Nothing found');
});

test('an event is shown whole, parsed and as it came', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, { hash: '#/feed/news' });
  await page.getByTestId('event-row').first().click();
  const detail = page.getByTestId('event-detail');
  await expect(detail).toContainText('Understood as');
  await expect(detail.getByTestId('event-data')).toHaveText(/^\{"title":"Central bank/);
  await page.getByTestId('event-copy').click();
  await expect(page.getByTestId('toast')).toHaveText(/Copied/);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^\{"title":"Central bank/);
  await detail.getByRole('button', { name: 'Open link' }).click();
  expect(await lastOf(page, 'open_link')).toBe('https://news.example/rates');
  await detail.getByRole('button', { name: 'Close' }).click();
  await expect(detail).toBeHidden();
});

test('older events come as the list is read to its end', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const story = window.story;
    const events = Array.from({ length: 900 }, (_, index) =>
      story?.pen.event('tasks', Date.now(), { title: `step ${index}` }, 'x'),
    );
    for (const event of events)
      if (event) story?.emit({ type: 'events', feed: 'tasks', events: [event], unread: 0, skipped: 0 });
  });
  await go(page, '#/feed/tasks');
  await expect(page.getByTestId('event-row').first()).toContainText('step 899');
  expect(await page.getByTestId('event-row').count()).toBeLessThan(60);
  for (let turn = 0; turn < 8; turn += 1) {
    await page
      .getByTestId('event-list')
      .locator('> div')
      .first()
      .evaluate((list) => (list.scrollTop = list.scrollHeight));
    await page.clock.runFor(200);
  }
  await expect(page.getByTestId('event-row').last()).toContainText('Renew certificate');
});

test('a feed that was removed meanwhile is no dead end', async ({ page }) => {
  await open(page, { hash: '#/feed/tasks' });
  await page.evaluate(() => window.story?.removeFeed('tasks'));
  await expect(page.getByTestId('empty')).toContainText('not there any more');
  await page.getByRole('button', { name: 'To the dashboard' }).click();
  await expect(page.getByTestId('dashboard')).toBeVisible();
});

test('a feed is muted for a day, which is seen wherever it is, and unmuted', async ({ page }) => {
  await open(page);
  await card(page, 'news').getByTestId('card-menu').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('card-mute').focus();
  await page.keyboard.press('Enter');
  expect(await lastOf(page, 'mute_feed')).toEqual(['news', '1d']);
  const mark = page.getByRole('img', { name: /^Muted until .*14:36$/ });
  await expect(page.getByTestId('muted')).toHaveCount(1);
  await expect(card(page, 'news').locator(mark)).toHaveAttribute('title', 'Muted until 15 Mar, 14:36');
  expect(await findings(page)).toEqual([]);
  await go(page, '#/settings/feeds');
  await expect(page.locator('[data-testid=settings-feed][data-feed=news]').locator(mark)).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await go(page, '#/feed/news');
  await expect(page.getByTestId('feed-status').getByTestId('muted')).toBeVisible();
  await page.getByTestId('feed-menu').click();
  await page.getByTestId('card-unmute').click();
  expect(await lastOf(page, 'mute_feed')).toEqual(['news', null]);
  await expect(page.getByTestId('muted')).toHaveCount(0);
});

test('a mute is over when its time is', async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.story?.muteFeed('news', '1d'));
  await expect(card(page, 'news').getByTestId('muted')).toBeVisible();
  await page.clock.fastForward('23:59:59');
  await expect(card(page, 'news').getByTestId('muted')).toBeVisible();
  await page.clock.fastForward('00:02');
  await expect(card(page, 'news').getByTestId('muted')).toHaveCount(0);
});

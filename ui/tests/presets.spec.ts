import { readFileSync } from 'node:fs';

import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { card, go, hinder, lastOf, mend, open } from './window';

async function begin(page: Page): Promise<void> {
  await open(page, { story: 'empty' });
  await page.getByTestId('add-feed').click();
  await expect(page.getByTestId('service').first()).toBeVisible();
}

async function paste(page: Page, text: string): Promise<void> {
  await page.getByTestId('feed-url').evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', text);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

const service = (page: Page, id: string) => page.locator(`[data-testid=service][data-preset=${id}]`);

async function choose(page: Page, id: string): Promise<void> {
  await service(page, id).click();
  await expect(page.getByTestId('questions')).toBeVisible();
}

/** Answers and leaves the field. */
async function answer(page: Page, name: string, text: string): Promise<void> {
  await page.getByTestId(`answer-${name}`).fill(text);
  await page.keyboard.press('Tab');
}

test('a service is chosen, answers are filled in and tried out, and its feed is added with its rule', async ({
  page,
}) => {
  await begin(page);
  await choose(page, 'ntfy');
  await expect(page.getByTestId('feed-url')).toHaveCount(0);
  await expect(page.getByTestId('answer-server')).toHaveValue('https://ntfy.sh');
  await expect(page.getByTestId('feed-error')).toHaveCount(0);
  await page.getByTestId('answer-topics').fill('backups');
  expect(await lastOf(page, 'probe')).toBeUndefined();
  await page.clock.runFor(900);
  await expect(page.getByTestId('probe-status')).toContainText('2 events');
  await expect(page.getByTestId('sample').first()).toContainText('Disk');
  await expect(page.getByTestId('feed-name')).toHaveValue('backups');
  await expect(page.getByTestId('feed-view')).toHaveValue('news');
  await expect(page.getByTestId('feed-notify')).toHaveValue('all');
  await expect(page.getByTestId('suggestion').first()).toBeChecked();
  await expect(page.getByTestId('suggestions')).toContainText('High priority');
  await page.getByTestId('feed-name').fill('Backups');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await lastOf(page, 'feed')).toMatchObject({ name: 'Backups', preset: { id: 'ntfy' } });
  expect(await lastOf(page, 'rule')).toMatchObject({ name: 'High priority', feeds: ['backups'] });
  await expect(card(page, 'backups')).toBeVisible();
});

test('the whole way goes without a mouse, and the keyboard is always where one goes on', async ({ page }) => {
  await open(page, { story: 'empty' });
  await page.keyboard.press('n');
  await page.clock.runFor(100);
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await expect(page.getByTestId('service').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('service-search')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(service(page, 'ntfy')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(service(page, 'home-assistant')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(service(page, 'home-assistant')).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByTestId('service-import')).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  // The server is known; what has no answer is asked for.
  await expect(page.getByTestId('answer-topics')).toBeFocused();
  await page.getByTestId('service-leave').focus();
  await page.keyboard.press('Enter');
  await expect(service(page, 'ntfy')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('answer-topics')).toBeFocused();
  await page.keyboard.type('backups');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await lastOf(page, 'feed')).toMatchObject({ url: 'https://ntfy.sh/backups/sse' });
});

test('a service is searched by its name and chosen with Enter', async ({ page }) => {
  await begin(page);
  const search = page.getByTestId('service-search');
  await search.fill('wiki');
  await expect(page.getByTestId('service')).toHaveCount(1);
  await search.fill('xyzzy');
  await expect(page.getByTestId('services')).toContainText('No service of that name');
  await search.press('Enter');
  await expect(page.getByTestId('services')).toBeVisible();
  await search.fill('pocket');
  await search.press('Enter');
  await expect(page.getByTestId('service-head')).toHaveAttribute('data-preset', 'pocketbase');
  await expect(page.getByTestId('answer-collection')).toBeFocused();
});

test('an address that is typed takes the place of the services', async ({ page }) => {
  await begin(page);
  await page.getByTestId('feed-url').pressSequentially('h');
  await expect(page.getByTestId('services')).toHaveCount(0);
  await page.getByTestId('feed-url').fill('');
  await expect(page.getByTestId('services')).toBeVisible();
});

test('what is wrong with an answer stands at it, and the keyboard goes there', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toHaveText("Fill in 'Topics'.");
  await expect(page.getByTestId('answer-topics')).toBeFocused();
  await expect(page.getByTestId('answer-topics')).toHaveAttribute('aria-invalid', 'true');
  await answer(page, 'topics', 'no topic');
  await expect(page.getByTestId('feed-error')).toContainText('Put commas between several');
  await expect(page.getByTestId('probe')).toHaveCount(0);
  await answer(page, 'topics', 'backups');
  await expect(page.getByTestId('feed-error')).toHaveCount(0);
  await expect(page.getByTestId('sample')).not.toHaveCount(0);
});

test('the service knows what to do about what goes wrong, and where a token goes', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await answer(page, 'topics', 'protected');
  await expect(page.getByTestId('probe-failed')).toContainText('HTTP 403');
  await expect(page.getByTestId('probe-help')).toContainText('This topic is protected');
  await page.getByTestId('probe-login').click();
  await expect(page.getByTestId('answer-token')).toBeFocused();
  await answer(page, 'topics', 'empty');
  await expect(page.getByTestId('probe-help')).toContainText('Nothing has been published yet');
});

test('an address of a service is told, and can stay an address', async ({ page }) => {
  await begin(page);
  await paste(page, 'https://ntfy.sh/backups');
  await expect(page.getByTestId('service-head')).toContainText('This is ntfy');
  await expect(page.getByTestId('answer-topics')).toHaveValue('backups');
  await expect(page.getByTestId('sample')).not.toHaveCount(0);
  await page.getByTestId('service-leave').click();
  await expect(page.getByTestId('feed-url')).toHaveValue('https://ntfy.sh/backups');
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await expect(page.getByTestId('feed-name')).toHaveValue('');
  await page.getByTestId('feed-save').click();
  expect(await lastOf(page, 'feed')).not.toHaveProperty('preset');
});

test('several are chosen from many, found by their names', async ({ page }) => {
  await begin(page);
  await choose(page, 'pyth');
  const option = page.getByTestId('answer-symbols-option');
  await expect(option).toHaveCount(16);
  await page.getByTestId('answer-symbols-search').fill('eth');
  await expect(option).toHaveCount(1);
  await option.check();
  await page.getByTestId('answer-symbols-search').fill('');
  await expect(page.locator('[data-testid=answer-symbols-option]:checked')).toHaveCount(4);
  await answer(page, 'token', 'key');
  await expect(page.getByTestId('sample')).not.toHaveCount(0);
  // Fields are chosen where the mapping looks: in the first price, and not in the event around it.
  await page.getByTestId('sample').click();
  await expect(page.locator('[data-testid=sample-value][data-path="$.price.expo"]')).toBeVisible();
  await page.locator('[data-testid=sample-value][data-path="$.metadata.slot"]').click();
  await page.clock.runFor(100);
  await page.getByTestId('sample-use-total').click();
  await expect(page.getByTestId('feed-map-total')).toHaveValue('$.metadata.slot');
  await page.getByTestId('feed-save').click();
  expect(await lastOf(page, 'feed')).toMatchObject({ map: { each: '$.parsed[*]', total: '$.metadata.slot' } });
});

test('a feed of a service is edited by its answers, and what the form does not show stays', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await page.getByTestId('answer-topics').fill('backups');
  await answer(page, 'token', 'tk_secret');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const added = (await lastOf(page, 'feed')) as Record<string, unknown>;
  const edit = async () => {
    await card(page, 'backups').getByTestId('card-menu').click();
    await page.getByTestId('card-edit').click();
    await expect(page.getByTestId('answer-topics')).toHaveValue('backups');
  };
  await edit();
  await expect(page.getByTestId('answer-token')).toHaveValue('');
  await expect(page.getByTestId('answer-token')).toHaveAttribute('placeholder', 'kept in the key ring');
  await page.getByTestId('feed-name').fill('Mine');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const { map, dialect } = added;
  expect(await lastOf(page, 'feed')).toMatchObject({ name: 'Mine', map, dialect, preset: { id: 'ntfy' } });
  expect(await lastOf(page, 'feed')).toMatchObject({ auth: { type: 'bearer' } });

  await edit();
  await page.getByTestId('service-leave').click();
  await expect(page.getByTestId('feed-url')).toHaveValue('https://ntfy.sh/backups/sse');
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const plain = await lastOf(page, 'feed');
  expect(plain).toMatchObject({ name: 'Mine', map, dialect });
  expect(plain).not.toHaveProperty('preset');
});

test('a card says what its service knows of a failure', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await answer(page, 'topics', 'backups');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const reason = { code: 'forbidden', message: 'The server does not let you in.' };
  await page.evaluate(
    (reason) => window.story?.emit({ type: 'status', feed: 'backups', status: { type: 'stopped', reason } }),
    reason,
  );
  await expect(card(page, 'backups').getByTestId('card-help')).toContainText('This topic is protected');
  await go(page, '#/feed/backups');
  await expect(page.getByTestId('card-help')).toContainText('This topic is protected');
});

test('the page of a feed says what its service knows while nothing has come', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await answer(page, 'topics', 'empty');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await go(page, '#/feed/empty');
  await expect(page.getByTestId('feed-page')).toBeVisible();
  await expect(page.getByTestId('feed-quiet')).toHaveCount(0);
  await expect(page.getByTestId('feed-at-most')).toHaveCount(0);
  await page.evaluate(() =>
    window.story?.emit({ type: 'status', feed: 'empty', status: { type: 'open', since: Date.now() } }),
  );
  await expect(page.getByTestId('feed-quiet')).toContainText('Nothing has been published yet');
  await page.evaluate(() => {
    const event = window.story?.pen.event('empty', Date.now(), { body: 'hello' }, 'hello');
    window.story?.emit({ type: 'events', feed: 'empty', events: event ? [event] : [], unread: 1, skipped: 0 });
  });
  await expect(page.getByTestId('feed-quiet')).toHaveCount(0);
});

test('the page of a feed says when less is kept than comes', async ({ page }) => {
  await begin(page);
  await choose(page, 'wikimedia');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const id = await page.getByTestId('card').getAttribute('data-feed');
  await go(page, `#/feed/${id}`);
  await expect(page.getByTestId('feed-at-most')).toContainText('At most 5 a second are kept');
});

test('a token goes as a parameter of the address where a service wants that', async ({ page }) => {
  await begin(page);
  await page.getByTestId('feed-login').click();
  await page.getByTestId('feed-auth').selectOption('query');
  await page.getByTestId('feed-parameter').fill('auth');
  await page.getByTestId('feed-secret').fill('s3cret');
  await page.getByTestId('feed-url').fill('https://a.example/prices');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('sample')).toHaveCount(3);
  expect(await lastOf(page, 'probe')).toMatchObject({ auth: { type: 'query', parameter: 'auth', token: 's3cret' } });
});

test('a feed becomes a preset, which is exported, removed and imported', async ({ page }) => {
  await open(page);
  await card(page, 'btc').getByTestId('card-menu').click();
  await page.getByTestId('card-preset').click();
  await expect(page.getByRole('dialog')).toContainText('No secret is in it');
  await page.getByTestId('preset-name').fill('Our prices');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('toast')).toContainText('Our prices');
  expect(await lastOf(page, 'keep_preset')).toEqual(['btc', 'Our prices']);

  await go(page, '#/settings/presets');
  const own = page.getByTestId('own-preset');
  await expect(own).toContainText('Our prices');
  await page.getByTestId('preset-export').click();
  await expect(page.getByTestId('toast').last()).toContainText('.toml');
  await page.getByTestId('preset-remove').click();
  await page.getByTestId('confirm-yes').click();
  await expect(own).toHaveCount(0);
  await expect(page.getByTestId('settings-presets')).toContainText('There are none yet');
  const text = readFileSync(new URL('../../presets/ntfy.toml', import.meta.url));
  const file = { name: 'mine.toml', mimeType: 'text/plain', buffer: text };
  await page.getByTestId('preset-import-file').setInputFiles({ ...file, buffer: Buffer.from('no preset [') });
  await expect(page.getByTestId('toast').last()).toContainText('This is no preset');
  await page.getByTestId('preset-import-file').setInputFiles(file);
  await expect(own).toContainText('ntfy');

  await page.keyboard.press('n');
  await expect(page.getByTestId('service').last()).toHaveAttribute('data-preset', /^own-/);
  await page.getByTestId('service-import-file').setInputFiles(file);
  await expect(page.getByTestId('service-head')).toHaveAttribute('data-preset', /^own-/);
});

test('services that cannot be had are told of, and asked for again', async ({ page }) => {
  await open(page, { story: 'empty' });
  await hinder(page, 'fails', 'presets');
  await page.getByTestId('add-feed').click();
  await expect(page.getByTestId('services').getByTestId('failure')).toContainText('The engine is busy');
  await mend(page, 'presets');
  await page.getByTestId('try-again').click();
  await expect(page.getByTestId('service')).toHaveCount(16);
});

test('hostile text of a preset is text', async ({ page }) => {
  await begin(page);
  const hostile = '<img src=x onerror=alert(1)>\\u202Egnp';
  const text = `version = 1
docs = "javascript:alert(1)"
name = "${hostile}"
description = "${hostile}"
[[ask]]
name = "a"
kind = "text"
label = "${hostile}"
hint = "${hostile}"
[feed]
url = "https://a.example/\${a}"`;
  const file = { name: 'x.toml', mimeType: 'text/plain', buffer: Buffer.from(text) };
  await page.getByTestId('service-import-file').setInputFiles(file);
  const dialog = page.getByRole('dialog');
  await expect(page.getByTestId('service-head')).toContainText('<img src=x');
  await expect(page.getByTestId('service-docs')).toHaveCount(0);
  expect(await dialog.locator('img').count()).toBe(0);
  expect(await dialog.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth)).toBe(true);
});

test('the documentation is opened by the shell', async ({ page }) => {
  await begin(page);
  await choose(page, 'ntfy');
  await page.getByTestId('service-docs').click();
  expect(await lastOf(page, 'open_link')).toBe('https://docs.ntfy.sh/subscribe/api/');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 480, height: 700 } });

    test('axe finds nothing among services and questions, and at 480 px nothing is cut', async ({ page }) => {
      await begin(page);
      const form = page.getByTestId('feed-form');
      const fits = () => form.evaluate((form) => form.scrollWidth <= form.clientWidth);
      expect(await fits()).toBe(true);
      expect(await findings(page)).toEqual([]);
      await choose(page, 'pyth');
      await page.getByTestId('feed-save').click();
      await expect(page.getByTestId('feed-error')).toBeVisible();
      expect(await fits()).toBe(true);
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('service-leave').click();
      await choose(page, 'ntfy');
      await answer(page, 'topics', 'protected');
      await expect(page.getByTestId('probe-help')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}

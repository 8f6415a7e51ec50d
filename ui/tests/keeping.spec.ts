import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { go, lastOf, open } from './window';

const STORAGE = '#/settings/storage';
const NETWORK = '#/settings/network';
const DIAGNOSTICS = '#/settings/diagnostics';

const history = (page: Page, feed: string) => page.locator(`[data-testid=history][data-feed=${feed}]`);

/** Opens the menu of a feed's history by the keyboard, and chooses from it. */
async function choose(page: Page, feed: string, item: string): Promise<void> {
  await history(page, feed).getByTestId('history-menu').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId(item).focus();
  await page.keyboard.press('Enter');
}

test('the size of each history is seen, and events are exported with the keyboard', async ({ page }) => {
  await open(page, { hash: STORAGE });
  await expect(page.getByTestId('storage-disk')).toContainText('48 MB');
  await expect(page.getByTestId('storage-disk')).toContainText('81 GB');
  await expect(history(page, 'news').getByTestId('history-figures')).toContainText('events · ');
  await choose(page, 'news', 'history-csv');
  expect(await lastOf(page, 'save_events')).toEqual({ format: 'csv', feed: 'news' });
  await expect(page.getByTestId('toast')).toContainText('Saved as /home/mia/Documents/streambell-news');
  await choose(page, 'news', 'history-json-lines');
  expect(await lastOf(page, 'save_events')).toEqual({ format: 'json_lines', feed: 'news' });
  await page.getByTestId('history-csv-all').click();
  expect(await lastOf(page, 'save_events')).toEqual({ format: 'csv' });
});

test('who chooses no file is told nothing', async ({ page }) => {
  await open(page, { hash: STORAGE });
  await page.evaluate(() => window.story && (window.story.chosen = false));
  await page.getByTestId('backup-save').click();
  await page.getByTestId('settings-export').click();
  expect(await lastOf(page, 'save_settings')).toBeNull();
  await expect(page.getByTestId('toast')).toHaveCount(0);
});

test('what is kept is changed for one feed and for all', async ({ page }) => {
  await open(page, { hash: STORAGE });
  const kept = page.getByTestId('history-kept');
  await choose(page, 'news', 'history-keep');
  await expect(page.getByTestId('keep-days')).toBeFocused();
  await page.getByTestId('keep-days').fill('soon');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('keep-form')).toContainText('Give a whole number');
  expect(await lastOf(page, 'set_retention')).toBeUndefined();
  await page.getByTestId('keep-days').fill('7');
  await page.getByTestId('keep-megabytes').fill('');
  await page.keyboard.press('Enter');
  expect(await lastOf(page, 'set_retention')).toEqual(['news', { days: 7, megabytes: 0 }]);
  await expect(history(page, 'news').getByTestId('history-kept')).toHaveText('Kept: 7 days, any size');
  await page.getByTestId('history-keep-all').click();
  await page.getByTestId('keep-days').fill('30');
  await page.getByTestId('keep-save').click();
  for (const each of await kept.all()) await expect(each).toContainText('Kept: 30 days');
  // One that is added later is kept as long.
  await page.evaluate(() =>
    window.story?.addFeed({
      name: 'Later',
      url: 'https://later.example/',
      notify: 'rules',
      map: {},
      headers: {},
      limits: {},
    }),
  );
  await expect(history(page, 'later').getByTestId('history-kept')).toContainText('Kept: 30 days');
});

test('a history is cleared after a question', async ({ page }) => {
  await open(page, { hash: STORAGE });
  await choose(page, 'news', 'history-clear');
  await expect(page.getByTestId('confirm')).toContainText('Clear the history of');
  await page.getByTestId('confirm-no').click();
  expect(await lastOf(page, 'clear_history')).toBeUndefined();
  await choose(page, 'news', 'history-clear');
  await page.getByTestId('confirm-yes').click();
  expect(await lastOf(page, 'clear_history')).toBe('news');
  await expect(history(page, 'news').getByTestId('history-figures')).toContainText('0 events');
});

test('a backup is made, and restored after a question', async ({ page }) => {
  await open(page, { hash: STORAGE });
  await page.getByTestId('backup-save').click();
  await expect(page.getByTestId('toast')).toContainText('streambell-backup-2026-03-14.db');
  await page.getByTestId('backup-restore').click();
  expect(await lastOf(page, 'restore_backup')).toBeUndefined();
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('toast').last()).toContainText('starts anew');
});

test('settings are imported from a file, and what is none is refused', async ({ page }) => {
  await open(page, { hash: STORAGE });
  const file = (text: string) => ({ name: 'settings.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await page.getByTestId('settings-import-file').setInputFiles(file('{"version":1}'));
  await expect(page.getByTestId('toast').last()).toHaveText(/Feeds: 2 added, 1 changed/);
  expect(await lastOf(page, 'import_settings')).toBe('{"version":1}');
  await page.getByTestId('settings-import-file').setInputFiles(file('no JSON'));
  await expect(page.getByTestId('toast').last()).toContainText('nothing was changed');
});

test('the way to all servers is set with the keyboard', async ({ page }) => {
  await open(page, { hash: NETWORK });
  await page.getByTestId('network-way').selectOption('through');
  await page.getByTestId('network-address').fill(' http://mia:pw@proxy:3128 ');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('toast')).toContainText('Saved');
  expect(await lastOf(page, 'set_preferences')).toMatchObject({
    network: { proxy: 'http://mia:pw@proxy:3128', roots: null },
  });
  await page.getByTestId('network-file-file').setInputFiles({
    name: 'ca.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from('-----BEGIN CERTIFICATE-----'),
  });
  await expect(page.getByTestId('network-roots')).toHaveValue('-----BEGIN CERTIFICATE-----');
  await page.getByTestId('network-way').selectOption('direct');
  await page.getByTestId('network-save').click();
  expect(await lastOf(page, 'set_preferences')).toMatchObject({
    network: { proxy: 'direct', roots: '-----BEGIN CERTIFICATE-----' },
  });
});

test('what is wrong with a proxy is said at its field, and what was written stays', async ({ page }) => {
  await open(page, { hash: NETWORK });
  await page.getByTestId('network-way').selectOption('through');
  await page.getByTestId('network-address').fill('ftp://proxy');
  await page.getByTestId('network-save').click();
  await expect(page.getByTestId('network-error')).toContainText('http://');
  await expect(page.getByTestId('network-address')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('network-address')).toHaveValue('ftp://proxy');
  expect(await lastOf(page, 'set_preferences')).toBeUndefined();
});

test('closing the window ends the program for who prefers so', async ({ page }) => {
  await open(page, { hash: '#/settings/general' });
  await page.getByTestId('close-to-tray').focus();
  await page.keyboard.press('Space');
  expect(await lastOf(page, 'set_preferences')).toMatchObject({ close_to_tray: false });
  await expect(page.getByTestId('close-to-tray')).toHaveAttribute('aria-checked', 'false');
});

test('the figures are live, and the log is text', async ({ page }) => {
  await open(page, { hash: DIAGNOSTICS });
  const figures = page.getByTestId('figures');
  await expect(figures).toContainText('187 MB');
  await expect(figures).not.toContainText('1,234');
  await page.clock.runFor(4100);
  await expect(figures).toContainText('1,234');
  await expect(figures).toContainText('2.1 %');
  await expect(figures).toContainText('3 of 64');
  await expect(page.getByTestId('log')).toHaveValue(/<b>503<\/b>/);
});

test('how much is logged is chosen, and where the log is opened', async ({ page }) => {
  await open(page, { hash: DIAGNOSTICS });
  await expect(page.getByTestId('log-file')).toHaveText('/home/mia/.local/state/streambell/logs/streambell.log');
  const level = page.getByTestId('log-level');
  await expect(level).toHaveValue('normal');
  await level.selectOption({ label: 'More' });
  expect(await lastOf(page, 'set_log_level')).toEqual({ level: 'debug' });
  await expect(level).toHaveValue('debug');
  await page.getByTestId('log-open').press('Enter');
  expect(await lastOf(page, 'open_log_folder')).toEqual({});
  expect(await findings(page)).toEqual([]);
});

test('a log that is not kept in files and whose level is not ours says so', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    if (window.story) window.story.logState = async () => ({ folder: '/data/logs', file: null, level: null });
  });
  await go(page, DIAGNOSTICS);
  await expect(page.getByTestId('log-file')).toHaveText('/data/logs');
  await expect(page.getByText('It is not kept in files')).toBeVisible();
  await expect(page.getByTestId('log-open')).toHaveCount(0);
  await expect(page.getByTestId('log-level').locator('option:checked')).toHaveText('As STREAMBELL_LOG says');
});

test('the self-test says what to do, and asks what only a person sees', async ({ page }) => {
  await open(page, { hash: DIAGNOSTICS });
  await page.getByTestId('self-test').focus();
  await page.keyboard.press('Enter');
  const check = (part: string) => page.locator(`[data-testid=check][data-part=${part}]`);
  await expect(check('key_ring')).toContainText('Unlock it');
  await expect(check('history')).toHaveAttribute('data-state', 'fine');
  await expect(check('notifications')).toContainText('No notification service answers');
  await expect(check('hub')).toHaveAttribute('data-state', 'warning');
  await expect(check('hub')).toContainText('choose another port');
  await expect(check('tray')).toHaveAttribute('data-state', 'asks');
  await check('tray').getByTestId('check-no').focus();
  await page.keyboard.press('Enter');
  await expect(check('tray')).toContainText('hidden icons');
  await expect(page.getByTestId('self-test')).toBeFocused();
  await page.evaluate(() => window.story && (window.story.tray = false));
  await page.keyboard.press('Enter');
  await expect(check('tray')).toContainText('shows no tray icons');
});

test('everything is copied for a bug report', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, { hash: DIAGNOSTICS });
  await expect(page.getByTestId('log')).toHaveValue(/tray/);
  await page.getByTestId('report-copy').click();
  await expect(page.getByTestId('toast')).toHaveText('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('data folder: /home/mia');
  expect(copied).toContain('WARN streambell_engine::actor');
});

test('feeds are ordered inside their groups with the keyboard', async ({ page }) => {
  await open(page, { hash: '#/settings/feeds' });
  const rows = page.getByTestId('settings-feed');
  const ids = () => rows.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.feed));
  const [first, second, ...others] = await ids();
  const up = rows.nth(1).getByTestId('settings-up');
  await up.focus();
  await page.keyboard.press('Enter');
  expect(await ids()).toEqual([second, first, ...others]);
  await expect(rows.first().getByTestId('settings-up')).toBeFocused();
  await expect(rows.first().getByTestId('settings-up')).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByTestId('settings-feeds').getByRole('status').last()).toContainText('is number 1 now');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing in dialogs, faults and answers', async ({ page }) => {
      await open(page, { hash: STORAGE });
      await choose(page, 'news', 'history-keep');
      await page.getByTestId('keep-days').fill('soon');
      await page.getByTestId('keep-save').click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await choose(page, 'news', 'history-clear');
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('confirm-no').click();
      await page.evaluate((hash) => (location.hash = hash), NETWORK);
      await page.getByTestId('network-way').selectOption('through');
      await page.getByTestId('network-address').fill('ftp://proxy');
      await page.getByTestId('network-save').click();
      await expect(page.getByTestId('network-error')).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await page.evaluate((hash) => (location.hash = hash), DIAGNOSTICS);
      await page.getByTestId('self-test').click();
      await expect(page.getByTestId('check')).toHaveCount(7);
      expect(await findings(page)).toEqual([]);
    });

    for (const locale of ['en', 'zh-CN']) {
      for (const width of [480, 1280]) {
        test.describe(`${locale} ${width}`, () => {
          test.use({ locale, viewport: { width, height: 900 } });

          test('every section fits', async ({ page }) => {
            await open(page, { hash: STORAGE });
            for (const section of ['feeds', 'general', 'storage', 'network', 'diagnostics', 'about']) {
              await page.evaluate((section) => (location.hash = `#/settings/${section}`), section);
              const shown = page.getByTestId(`settings-${section}`);
              if (section === 'diagnostics') {
                await page.getByTestId('self-test').click();
                await expect(page.getByTestId('check')).toHaveCount(7);
              }
              expect(await shown.evaluate((shown) => shown.scrollWidth - shown.clientWidth), section).toBe(0);
              for (const tab of await page.locator('[data-testid^=settings-tab]').all())
                await expect(tab).toBeInViewport({ ratio: 1 });
              const title = page.getByRole('heading', { level: 1 });
              expect(await title.evaluate((title) => title.scrollWidth - title.clientWidth)).toBe(0);
              const name = `${section}-${colorScheme}-${locale}-${width}`;
              await page.screenshot({ path: `test-results/pictures/settings-${name}.png` });
            }
          });
        });
      }
    }
  });
}

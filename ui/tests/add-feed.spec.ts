import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { card, lastOf, open } from './window';

async function begin(page: Page): Promise<void> {
  await open(page, { story: 'empty' });
  await page.getByTestId('add-feed').click();
}

/** Pastes as a user does, into the field that has the focus. */
async function paste(page: Page, text: string): Promise<void> {
  await page.getByTestId('feed-url').evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', text);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

const CURL = `curl 'https://a.example/prices' \\
  -H 'Authorization: Bearer s3cret' \\
  -H 'X-Team: red' -x http://proxy.example:3128 -k`;

test('a pasted address is tried out, understood, and added with a rule', async ({ page }) => {
  await begin(page);
  await paste(page, '  <https://a.example/prices>\n');
  await expect(page.getByTestId('feed-url')).toHaveValue('https://a.example/prices');
  await expect(page.getByTestId('probe-status')).toHaveText('Open after 34 ms, HTTP/2.0 · 3 events');
  await expect(page.getByTestId('sample')).toHaveCount(3);
  await expect(page.getByTestId('sample').first()).toContainText('BTC-USD · 61,234.5 USD');
  await expect(page.getByTestId('sample').nth(1)).toContainText('keep-alive');
  await expect(page.getByTestId('feed-view').locator('option').first()).toHaveText('Guessed: Price');
  const suggestions = page.getByTestId('suggestion');
  await expect(suggestions).toHaveCount(2);
  await page.getByText('value crosses above 62,460, armed again below 61,850').click();
  await expect(suggestions.first()).toBeChecked();
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await lastOf(page, 'rule')).toMatchObject({
    name: 'Value crosses above 62,460, armed again below 61,850',
    feeds: ['a-example'],
    when: { value: { crosses_above: 62460, recovers_below: 61850 } },
  });
  await expect(card(page, 'a-example')).toBeVisible();
  expect(await lastOf(page, 'stop_probe')).toBe(true);
});

test('a whole curl command fills the form, and what it cannot is told', async ({ page }) => {
  await begin(page);
  await paste(page, CURL);
  await expect(page.getByTestId('feed-url')).toHaveValue('https://a.example/prices');
  await expect(page.getByTestId('paste-notes')).toContainText('address, login, headers, proxy');
  await expect(page.getByTestId('paste-notes')).toContainText('-k trusts any certificate');
  await expect(page.getByTestId('feed-auth')).toHaveValue('bearer');
  await expect(page.getByTestId('feed-secret')).toHaveValue('s3cret');
  await expect(page.getByTestId('feed-header-name')).toHaveValue('X-Team');
  await expect(page.getByTestId('feed-proxy-url')).toHaveValue('http://proxy.example:3128');
  await expect(page.getByTestId('sample')).toHaveCount(3);
  expect(await lastOf(page, 'probe')).toMatchObject({ auth: { type: 'bearer', token: 's3cret' } });
  await page.getByTestId('feed-save').click();
  expect(await lastOf(page, 'feed')).toMatchObject({
    url: 'https://a.example/prices',
    headers: { 'X-Team': 'red' },
    auth: { type: 'bearer', token: 's3cret' },
    proxy: 'http://proxy.example:3128',
  });
});

test('a command that was typed is understood when the field is left', async ({ page }) => {
  await begin(page);
  await page.getByTestId('feed-url').fill("curl https://a.example/jobs -H 'X-Team: red'");
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('feed-url')).toHaveValue('https://a.example/jobs');
  await expect(page.getByTestId('sample')).toContainText('40 %');
});

test('a field is chosen in a sample, by keyboard alone, and the readings are shown anew', async ({ page }) => {
  await begin(page);
  await page.clock.runFor(100);
  await expect(page.getByTestId('feed-url')).toBeFocused();
  await paste(page, 'https://a.example/prices');
  await expect(page.getByTestId('sample')).toHaveCount(3);
  await page.getByTestId('sample').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('sample').first()).toHaveAttribute('aria-pressed', 'true');
  const readings = page.getByTestId('readings');
  await expect(readings.locator('[data-field=value]')).toHaveText('61,234.5');
  const values = page.getByTestId('sample-value');
  await values.first().focus();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
  await expect(page.locator(':focus')).toHaveAttribute('title', '$.depth.ask');
  await page.keyboard.press('Enter');
  await page.clock.runFor(100);
  await expect(page.getByTestId('sample-menu')).toBeVisible();
  await page.getByTestId('sample-use-value').focus();
  await page.keyboard.press('Enter');
  await page.clock.runFor(100);
  await expect(page.getByTestId('sample-menu')).toBeHidden();
  await expect(page.getByTestId('feed-map-value')).toHaveValue('$.depth.ask');
  await expect(readings.locator('[data-field=value]')).toHaveText('61,235');
  await expect(page.locator(':focus')).toHaveAccessibleName('ask 61235 is Value');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Enter');
  await page.getByTestId('sample-unuse-value').click();
  await page.clock.runFor(100);
  await expect(page.getByTestId('feed-map-value')).toHaveValue('');
  await expect(page.getByTestId('feed-map-value')).toHaveAttribute('placeholder', '$.price');
  await expect(readings.locator('[data-field=value]')).toHaveText('61,234.5');
});

test('a path that is wrong says so at its field while it is typed', async ({ page }) => {
  await begin(page);
  await paste(page, 'https://a.example/prices');
  await page.getByTestId('sample').first().click();
  await page.getByTestId('feed-map-title').fill('$.[');
  await expect(page.getByTestId('feed-error')).toHaveText(/^'\$\.\[' is not a JSONPath/);
  await expect(page.getByTestId('feed-map-title')).toHaveAttribute('aria-invalid', 'true');
  await page.getByTestId('feed-map-title').fill('$.symbol');
  await expect(page.getByTestId('feed-error')).toHaveCount(0);
});

test('what goes wrong is told with the next step', async ({ page }) => {
  await begin(page);
  await paste(page, 'https://a.example/page');
  await expect(page.getByTestId('probe-failed')).toContainText('It reads from');
  await page.getByTestId('probe-use').click();
  await expect(page.getByTestId('feed-url')).toHaveValue('https://a.example/prices');
  await expect(page.getByTestId('sample')).toHaveCount(3);

  await page.getByTestId('feed-url').fill('https://a.example/private');
  await expect(page.getByTestId('sample')).toHaveCount(0);
  await page.clock.runFor(900);
  await expect(page.getByTestId('probe-failed')).toContainText('HTTP 401');
  await page.getByTestId('probe-login').click();
  await expect(page.getByTestId('feed-auth')).toBeFocused();

  await page.getByTestId('feed-url').fill('https://a.example/quiet');
  await page.clock.runFor(900);
  await expect(page.getByTestId('probe-silent')).toContainText('through nginx, which may hold events back');
  await page.evaluate(() => window.story?.probe({ type: 'over' }));
  await page.getByTestId('probe-try').click();
  await expect(page.getByTestId('probe')).toHaveAttribute('data-phase', 'open');

  await page.getByTestId('feed-url').fill('https://a.example/slow');
  await page.clock.runFor(900);
  await expect(page.getByTestId('probe-status')).toHaveText('Connecting…');
  await page.evaluate(() => window.story?.probe({ type: 'quiet' }));
  await expect(page.getByTestId('probe-status')).toContainText('No answer yet');
  await page.getByTestId('feed-save').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(card(page, 'a-example')).toBeVisible();
});

test('a login is not sent to an address that is half typed', async ({ page }) => {
  await begin(page);
  await page.getByTestId('feed-login').click();
  await page.getByTestId('feed-auth').selectOption('bearer');
  await page.getByTestId('feed-secret').fill('s3cret');
  await page.getByTestId('feed-url').fill('https://a.example/p');
  await page.clock.runFor(5000);
  expect(await lastOf(page, 'probe')).toBeUndefined();
  await page.getByTestId('feed-url').fill('https://a.example/prices');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('sample')).toHaveCount(3);
});

test('an edited feed shows events of its history, and is tried when it asks for something else', async ({ page }) => {
  await open(page);
  await card(page, 'btc').getByTestId('card-menu').click();
  await page.getByTestId('card-edit').click();
  await expect(page.getByTestId('probe-status')).toHaveText('From the history');
  await expect(page.getByTestId('sample')).not.toHaveCount(0);
  await page.getByTestId('feed-name').fill('Bitcoin');
  await page.keyboard.press('Tab');
  expect(await lastOf(page, 'probe')).toBeUndefined();
  await page.getByTestId('probe-try').click();
  await expect(page.getByTestId('probe')).toHaveAttribute('data-phase', 'connecting');
  expect(await lastOf(page, 'probe_feed')).toBe('btc');
  await expect(page.getByTestId('suggestions')).toHaveCount(0);
});

test('proxy, certificates and key are set in the form, and their errors stand at them', async ({ page }) => {
  await begin(page);
  await paste(page, 'https://a.example/prices');
  await page.getByTestId('feed-network').click();
  await page.getByTestId('feed-proxy').selectOption('own');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toContainText('Fill in the address of the proxy');
  await expect(page.getByTestId('feed-proxy-url')).toBeFocused();
  await page.getByTestId('feed-proxy-url').fill('socks5h://localhost:1080');
  const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`-- ${name}`) });
  await page.getByTestId('feed-client').setInputFiles(file('me.pem'));
  await expect(page.getByTestId('feed-client-name')).toHaveText('me.pem');
  await page.getByTestId('feed-save').click();
  await expect(page.getByTestId('feed-error')).toContainText('Choose the private key');
  await page.getByTestId('feed-key').setInputFiles(file('me.key'));
  await page.getByTestId('feed-roots').setInputFiles({ ...file('big.pem'), buffer: Buffer.alloc(300_000) });
  await expect(page.getByTestId('feed-error')).toContainText('too large');
  await page.getByTestId('feed-roots').setInputFiles(file('ca.pem'));
  await expect(page.getByTestId('feed-error')).toHaveCount(0);
  await page.getByTestId('feed-save').click();
  expect(await lastOf(page, 'feed')).toMatchObject({
    proxy: 'socks5h://localhost:1080',
    tls: { roots: '-- ca.pem', client: '-- me.pem', key: '-- me.key' },
  });
});

test('hostile text in a sample is text, and breaks nothing', async ({ page }) => {
  await begin(page);
  await paste(page, 'https://a.example/hostile');
  await page.evaluate(() => {
    const hostile = {
      '<img src=x onerror=alert(1)>': '<script>alert(1)</script>',
      "it's": '\u202Egnp.exe \u2066',
      mail: 'שלום مرحبا 你好 👩‍👩‍👧',
      long: 'x'.repeat(60_000),
    };
    const data = JSON.stringify(hostile);
    const sample = (data: string, bytes = data.length) => ({ event: '<b>tick</b>', id: '', data, bytes });
    const samples = [sample(data), sample('y'.repeat(60_000), 1_000_000)];
    window.story?.probe({ type: 'open', after_ms: 1, version: 'HTTP/1.1', through: '<i>proxy</i>' });
    window.story?.probe({ type: 'samples', samples });
  });
  await expect(page.getByTestId('probe-status')).toContainText('<i>proxy</i>');
  await page.getByTestId('sample').last().click();
  await expect(page.getByTestId('sample-value')).toHaveCount(4);
  await expect(page.getByTestId('sample-value').first()).toContainText('<script>alert(1)</script>');
  const dialog = page.getByRole('dialog');
  expect(await dialog.locator('script, img, b b').count()).toBe(0);
  await page.getByTestId('sample-value').nth(1).click();
  await page.clock.runFor(100);
  await page.getByTestId('sample-use-title').click();
  await expect(page.getByTestId('feed-map-title')).toHaveValue("$['it\\'s']");
  await expect(page.getByTestId('readings').locator('[data-field=title]')).toContainText('gnp.exe');
  await page.getByTestId('sample').first().click();
  await expect(page.getByText('This event is too large to choose fields in')).toBeVisible();
  expect(await dialog.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth)).toBe(true);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 480, height: 700 } });

    test('axe finds nothing while a feed is added, and at 480 px nothing is cut', async ({ page }) => {
      await begin(page);
      await paste(page, CURL);
      await page.getByTestId('sample').first().click();
      await expect(page.getByTestId('sample-tree')).toBeVisible();
      const form = page.getByTestId('feed-form');
      expect(await form.evaluate((form) => form.scrollWidth <= form.clientWidth)).toBe(true);
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('sample-value').first().click();
      await expect(page.getByTestId('sample-menu')).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('sample-menu')).toBeHidden();
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.getByTestId('feed-url').fill('https://a.example/page');
      await page.keyboard.press('Tab');
      await expect(page.getByTestId('probe-failed')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}

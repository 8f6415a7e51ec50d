import { expect, test } from '@playwright/test';

import { card, go, open } from './window';

test('draws a card for each feed, in its view and its state', async ({ page }) => {
  await open(page);
  const drawn = await page
    .getByTestId('card')
    .evaluateAll((cards) => cards.map((card) => [card.dataset.feed, card.dataset.view, card.dataset.status].join(' ')));
  expect(drawn).toEqual([
    'build progress open',
    'cup score open',
    'chat chat open',
    'news news open',
    'tasks tasks open',
    'sensors log waiting',
    'deploys log stopped',
    'btc price open',
    'shop price open',
  ]);
  await expect(card(page, 'btc')).toContainText('61,262.65 USD');
  await expect(card(page, 'btc')).toContainText('1,290.65 (2.2 %)');
  await expect(card(page, 'shop').getByRole('row', { name: 'Teapot' })).toContainText('Teapot7.50 €▼down 24.9 %');
  await expect(card(page, 'build').getByRole('progressbar', { name: 'windows-x64' })).toHaveAttribute(
    'aria-valuetext',
    'failed at 41 %',
  );
  await expect(card(page, 'cup')).toContainText('last:Home +2');
  await expect(card(page, 'tasks').getByRole('listitem')).toHaveCount(4);
  await expect(card(page, 'tasks')).toContainText('2 of 4');
  await expect(card(page, 'sensors').getByTestId('card-note')).toContainText('The server answered 503.');
  await expect(page.getByRole('contentinfo')).toContainText('7 feeds live');
});

test('follows what happens, and counts it', async ({ page }) => {
  await open(page);
  for (let second = 0; second < 6; second += 1) {
    await page.evaluate(() => window.story?.next());
    await page.clock.runFor(1000);
  }
  await expect(card(page, 'build').getByRole('progressbar', { name: 'linux-x86_64' })).toHaveAttribute(
    'aria-valuenow',
    '73',
  );
  await expect(card(page, 'chat').getByRole('listitem').first()).toContainText('who takes the night?');
  await expect(card(page, 'chat').getByTestId('card-unread')).toHaveText(/[0-9]/);
  await expect(card(page, 'btc').getByTestId('card-unread')).toHaveCount(0); // a price is not a message
  await expect(page.getByTestId('rate')).toHaveText('3 events/s');
});

test('counts the next try down and says when no byte comes', async ({ page }) => {
  await open(page);
  const standing = (feed: string) => card(page, feed).getByTestId('standing');
  await expect(standing('sensors')).toHaveText('retrying in 8 s');
  await page.clock.runFor(3000);
  await expect(standing('sensors')).toHaveText('retrying in 5 s');
  await card(page, 'sensors').getByTestId('card-retry').click();
  await expect(standing('sensors')).toHaveText('connecting…');
  await page.clock.runFor(6000);
  await expect(standing('sensors')).toHaveText('waiting for the first byte');
});

test('is offered feeds when it has none', async ({ page }) => {
  await open(page, { story: 'empty' });
  await expect(page.getByTestId('empty')).toContainText('No feeds yet');
  await page.getByTestId('add-demo').click();
  await expect(page.getByTestId('card')).toHaveCount(9);
});

test('says why it can not start, and tries again', async ({ page }) => {
  await open(page, { story: 'unreachable' });
  await expect(page.getByRole('alert')).toContainText('The engine does not answer.');
  await page.getByTestId('attach-again').click();
  await expect(page.getByTestId('empty')).toContainText('No feeds yet');
});

test('says that it loads', async ({ page }) => {
  await open(page, { story: 'loading' });
  await expect(page.getByRole('status')).toHaveText('Loading…');
});

test('a card can be paused, resumed and removed from its menu, by keyboard alone', async ({ page }) => {
  await open(page);
  const menu = card(page, 'news').getByTestId('card-menu');
  const choose = async (name: string) => {
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menu')).toBeVisible();
    await page.getByRole('menuitem', { name }).press('Enter');
  };
  await choose('Pause');
  await expect(card(page, 'news')).toHaveAttribute('data-status', 'paused');
  await expect(menu).toBeFocused();
  await choose('Resume');
  await expect(card(page, 'news')).toHaveAttribute('data-status', 'open');
  await choose('Remove');
  await expect(card(page, 'news')).toHaveCount(0);
  await page.getByTestId('toast-action').focus();
  await page.keyboard.press('Enter');
  await expect(card(page, 'news')).toHaveCount(1);
  await choose('Remove');
  await expect(card(page, 'news')).toHaveCount(0);
});

test('a click on a card opens its feed; a link in it opens in the browser', async ({ page }) => {
  await open(page);
  await card(page, 'news').getByTestId('news-link').first().click();
  expect(await page.evaluate(() => window.story?.done.at(-1))).toEqual(['open_link', 'https://news.example/rates']);
  await card(page, 'news').click({ position: { x: 200, y: 200 } });
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'news');
});

test('shows the feed whose notification was clicked', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  await page.evaluate(() => window.story?.emit({ type: 'reveal', target: { page: 'feed', feed: 'cup', event: null } }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cup final');
});

test('says what the user should know', async ({ page }) => {
  await open(page);
  const reason = { code: 'key_ring', message: 'The key ring is locked. Unlock it to use feeds with a login.' };
  await page.evaluate(
    (reason) => window.story?.emit({ type: 'notices', notices: [{ level: 'warning', reason }] }),
    reason,
  );
  await expect(page.getByTestId('notice')).toHaveText(`Warning ${reason.message}`);
  await page.evaluate(() => window.story?.emit({ type: 'notices', notices: [] }));
  await expect(page.getByTestId('notice')).toHaveCount(0);
});

test('tells the engine when nobody can see it', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  expect(await page.evaluate(() => window.story?.done.at(-1))).toEqual(['set_visible', false]);
});

test('a flood leaves the page small', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const story = window.story;
    if (!story) return;
    for (let batch = 0; batch < 20; batch += 1) {
      for (const feed of ['btc', 'chat', 'news', 'build', 'sensors']) {
        const events = Array.from({ length: 100 }, (_, index) =>
          story.pen.event(feed, Date.now(), { key: `k${index}`, title: 't', body: 'b', value: '1', progress: 1 }, 'x'),
        );
        story.emit({ type: 'events', feed, events, unread: 100, skipped: 0 });
      }
    }
  });
  await expect(card(page, 'build')).toContainText('more');
  expect(await page.locator('main *').count()).toBeLessThan(900);
});

test('starts under LANG=C, where the webview names a locale that is none', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { value: 'c' });
    Object.defineProperty(navigator, 'languages', { value: ['c'] });
  });
  await open(page);
  await expect(card(page, 'btc')).toContainText('61,262.65');
});

test('loads nothing from elsewhere, and nothing that its policy forbids', async ({ page }) => {
  const elsewhere: string[] = [];
  const forbidden: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) forbidden.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(process.env.STREAMBELL_UI ?? '')) elsewhere.push(request.url());
  });
  await open(page);
  const answer = await page.request.get(process.env.STREAMBELL_UI ?? '');
  expect(answer.headers()['content-security-policy']).toContain("default-src 'self'");
  for (const hash of ['#/alerts', '#/rules', '#/history', '#/settings/about', '#/feed/btc']) await go(page, hash);
  await go(page, '#/');
  await page.getByTestId('card-menu').first().click();
  await page.getByTestId('card-edit').click();
  await expect(page.getByTestId('feed-url')).toBeVisible();
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  expect(elsewhere.filter((url) => url !== 'about:blank')).toEqual([]);
  expect(forbidden).toEqual([]);
});

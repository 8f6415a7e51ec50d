import { expect, type Locator, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { card, open, waitForFonts } from './window';

/** The feeds in the order that they are read. */
async function order(page: Page): Promise<(string | undefined)[]> {
  return page.getByTestId('card').evaluateAll((cards) => cards.map((card) => card.dataset.feed));
}

async function box(what: Locator) {
  return (await what.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
}

/** What was kept: commands of the page as the engine's state has them after them. */
async function kept(page: Page, feed: string) {
  return page.evaluate(async (feed) => {
    const snapshot = await window.story?.attach(async () => {});
    return snapshot?.feeds.find((state) => state.feed.id === feed);
  }, feed);
}

/** Takes a card by its head and moves it so that its middle is at the middle of another. */
async function dragTo(page: Page, feed: string, target: string): Promise<void> {
  const from = await box(card(page, feed));
  const to = await box(card(page, target));
  const [x, y] = [from.x + 60, from.y + 20];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 10, y + 10);
  const across = to.x + to.width / 2 - (from.x + from.width / 2);
  const down = to.y + to.height / 2 - (from.y + from.height / 2);
  await page.mouse.move(x + across, y + down, { steps: 4 });
}

test('a card is dragged by its head to where it is shown that it will land', async ({ page }) => {
  await open(page);
  await dragTo(page, 'chat', 'build');
  await expect(page.getByTestId('landing')).toBeVisible();
  const landing = await box(page.getByTestId('landing'));
  expect((await order(page))[0]).toBe('build'); // nothing is done yet
  await page.mouse.up();
  await expect(page.getByTestId('landing')).toHaveCount(0);
  expect((await order(page)).slice(0, 3)).toEqual(['chat', 'build', 'cup']);
  expect(await box(card(page, 'chat'))).toEqual(landing);
  await expect(page.getByTestId('arranged')).toHaveText('Team chat: place 1 of 7');
  expect(page.url()).not.toContain('feed/'); // and no click was meant
  await page.reload();
  await expect(card(page, 'chat')).toBeVisible();
  expect((await order(page)).slice(0, 3)).toEqual(['chat', 'build', 'cup']);
});

test('Escape takes a drag back', async ({ page }) => {
  await open(page);
  const before = await box(card(page, 'chat'));
  await dragTo(page, 'chat', 'build');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('landing')).toHaveCount(0);
  expect((await order(page))[0]).toBe('build');
  expect(await box(card(page, 'chat'))).toEqual(before);
  await expect(page.getByTestId('arranged')).toHaveText('Team chat is back where it was');
  await page.mouse.up();
  expect(page.url()).not.toContain('feed/');
});

test('a press without a drag is a click, and opens the feed', async ({ page }) => {
  await open(page);
  await card(page, 'chat').click({ position: { x: 60, y: 20 } });
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'chat');
});

test('a card that is dragged into a group belongs to it', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  await open(page);
  await dragTo(page, 'news', 'btc');
  await page.mouse.up();
  const prices = page.locator('[data-testid="section"][data-group="Prices"]');
  await expect(prices.getByTestId('card')).toHaveCount(3);
  await expect(page.getByTestId('arranged')).toHaveText('News: place 1 of 3 in Prices');
  expect((await kept(page, 'news'))?.feed.group).toBe('Prices');
});

test('a card is sized by its corner, and keeps its size', async ({ page }) => {
  await open(page);
  const before = await box(card(page, 'tasks'));
  const corner = await box(card(page, 'tasks').getByTestId('card-corner'));
  await page.mouse.move(corner.x + 8, corner.y + 8);
  await page.mouse.down();
  await page.mouse.move(corner.x + 8 + 2 * 100, corner.y + 8 + 88, { steps: 4 });
  await page.mouse.up();
  const after = await box(card(page, 'tasks'));
  expect(after.width).toBeGreaterThan(before.width + 150);
  expect(after.height).toBeGreaterThan(before.height + 60);
  expect((await kept(page, 'tasks'))?.card).toEqual({ columns: 5, rows: 4 });
  await page.reload();
  await expect(card(page, 'tasks')).toBeVisible();
  expect(await box(card(page, 'tasks'))).toEqual(after);
});

test('everything is done by keys too, is told, and the focus stays on the card', async ({ page }) => {
  await open(page);
  const name = card(page, 'chat').getByRole('link', { name: 'Team chat' });
  const told = page.getByTestId('arranged');
  await name.focus();
  await page.keyboard.press('Control+ArrowLeft');
  await expect(told).toHaveText('Team chat: place 2 of 7');
  await expect(name).toBeFocused();
  await page.keyboard.press('Control+Home');
  await expect(told).toHaveText('Team chat: place 1 of 7');
  await page.keyboard.press('Control+ArrowLeft'); // it is the first already
  expect((await order(page))[0]).toBe('chat');
  await page.keyboard.press('Control+ArrowRight');
  expect((await order(page)).slice(0, 2)).toEqual(['build', 'chat']);
  await expect(name).toBeFocused();
  const before = await box(card(page, 'chat'));
  await page.keyboard.press('Control+Shift+ArrowRight');
  await expect(told).toHaveText(/^Team chat: \d+ of 12 columns wide, 3 rows tall$/);
  await page.keyboard.press('Control+Shift+ArrowDown');
  await expect(told).toHaveText(/4 rows tall$/);
  const after = await box(card(page, 'chat'));
  expect(after.width).toBeGreaterThan(before.width);
  expect(after.height).toBeGreaterThan(before.height);
  await expect(name).toBeFocused();
});

test('the menu does the same, and gives the default size back', async ({ page }) => {
  await open(page);
  const before = await box(card(page, 'chat'));
  const choose = async (item: string) => {
    await card(page, 'chat').getByTestId('card-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('card-arrange').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByTestId(item).press('Enter');
    await page.clock.runFor(500); // it fades
    await expect(page.getByRole('menu')).toHaveCount(0);
  };
  await choose('card-narrower');
  expect((await box(card(page, 'chat'))).width).toBeLessThan(before.width);
  await choose('card-shorter');
  expect((await box(card(page, 'chat'))).height).toBeLessThan(before.height);
  await choose('card-fit');
  expect(await box(card(page, 'chat'))).toEqual(before);
  expect((await kept(page, 'chat'))?.card).toEqual({});
  await choose('card-start');
  expect((await order(page))[0]).toBe('chat');
});

test('what the engine refuses is put back', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const { story } = window;
    if (!story) return;
    const refuse = async () => {
      throw { code: 'disk_full', message: 'The disk is full.' };
    };
    story.orderFeeds = refuse;
    story.arrangeCard = refuse;
  });
  const before = await box(card(page, 'chat'));
  await card(page, 'chat').getByRole('link', { name: 'Team chat' }).focus();
  await page.keyboard.press('Control+Home');
  await expect(page.getByTestId('toast')).toContainText('The disk is full.');
  await page.keyboard.press('Control+Shift+ArrowDown');
  await expect(page.getByTestId('toast')).toHaveCount(2);
  expect((await order(page))[0]).toBe('build');
  expect(await box(card(page, 'chat'))).toEqual(before);
});

test('a group is folded, says what in it wants attention, and stays so', async ({ page }) => {
  await open(page);
  const fold = page.getByTestId('section-fold');
  await expect(fold).toHaveAttribute('aria-expanded', 'true');
  await fold.press('Enter');
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await expect(card(page, 'btc')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: /Prices/ })).toContainText('1 firing');
  await page.reload();
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
  await fold.click();
  await expect(card(page, 'btc')).toBeVisible();
});

test('nothing moves when events come', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1400 });
  await open(page);
  await waitForFonts(page);
  const places = () =>
    page.locator('article, article h2, article [data-testid=card-menu], article th, article .bar').evaluateAll((all) =>
      all.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.tagName, x, y, width, height].join(' ');
      }),
    );
  const before = await places();
  expect(before.length).toBeGreaterThan(30);
  await page.evaluate(() => {
    const { story } = window;
    const values = ['9', '123456789.123456', '0.00000001', '-5'];
    for (let round = 0; round < 40; round += 1) {
      const events = {
        btc: { key: 'BTC-USD', value: values[round % 4] ?? '1', unit: 'USD' },
        shop: { key: 'Bowl', value: values[(round + 1) % 4] ?? '1', unit: 'EUR' },
        build: { key: 'linux-x86_64', progress: round, total: 100 },
        chat: { key: 'mia', body: 'word '.repeat(round) },
        news: { title: `Title ${round} `.repeat(20) },
        cup: { score: { home: 'Home', away: 'Away', home_score: `${round * 997}`, away_score: '3' } },
        sensors: { key: 'hall', body: 'x'.repeat(round * 50) },
        tasks: { key: '1', title: 'A longer title '.repeat(9), state: 'open' as const },
      };
      for (const [feed, reading] of Object.entries(events)) {
        const event = story?.pen.event(feed, Date.now(), reading, 'data');
        if (event) story?.emit({ type: 'events', feed, events: [event], unread: round * 60, skipped: 0 });
      }
    }
  });
  await page.clock.runFor(3000);
  await expect(card(page, 'news').getByTestId('card-unread')).toContainText('999+');
  expect(await places()).toEqual(before);
});

test('a price tells its change over the time that is chosen, and today', async ({ page }) => {
  await open(page);
  const btc = card(page, 'btc');
  await expect(btc).toContainText('1,290.65 (2.2 %) since 14:16');
  await expect(btc.getByTestId('price-today')).toHaveCount(0); // it is the same
  await btc.getByTestId('card-menu').click();
  await page.getByTestId('card-window').click();
  await expect(page.getByTestId('card-window-day')).toHaveAttribute('aria-checked', 'true');
  await page.getByTestId('card-window-minutes').click();
  await expect(btc).toContainText('in 10 minutes');
  await expect(btc.getByTestId('price-today')).toContainText('2.2 % today');
  expect((await kept(page, 'btc'))?.card).toEqual({ window: 'minutes' });
  await expect(btc).toContainText('Levels of rules: Bitcoin is high: 61,000; Bitcoin is high, armed again: 60,500');
  // Each symbol has a line of its own.
  await expect(card(page, 'shop').locator('canvas')).toHaveCount(5);
});

test('a job tells its pace and what is left, and folds away when it is over', async ({ page }) => {
  await open(page);
  const build = card(page, 'build');
  const standing = (job: string) => build.locator('li', { hasText: job }).getByTestId('job-standing');
  await expect(standing('linux-x86_64')).toHaveText('7.9 %/min · 68 % · 4 min left');
  await expect(standing('docs')).toHaveText('12 %');
  await page.clock.runFor(2 * 60_000);
  await expect(standing('linux-x86_64')).toContainText('2 min left');
  await page.clock.runFor(7 * 60_000);
  await expect(build.locator('li', { hasText: 'macos-arm64' })).toHaveCount(0);
  await expect(build.locator('li', { hasText: 'windows-x64' })).toBeVisible();
  const over = build.getByTestId('jobs-over');
  await expect(over).toHaveText('1 finished earlier');
  await over.click();
  await expect(build.locator('li', { hasText: 'macos-arm64' })).toContainText('done');
  await expect(over).toHaveAttribute('aria-expanded', 'true');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 480]) {
    test.describe(`${colorScheme} ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test('axe finds nothing, in the arranging menu either, and nothing is cut off at the side', async ({ page }) => {
        await open(page);
        await page.getByTestId('section-fold').click();
        expect(await findings(page)).toEqual([]);
        await page.getByTestId('section-fold').click();
        await card(page, 'btc').getByTestId('card-menu').click();
        await page.getByTestId('card-arrange').click();
        await expect(page.getByTestId('card-fit')).toBeInViewport({ ratio: 1 });
        expect(await findings(page)).toEqual([]);
        const board = page.locator('.board');
        expect(await board.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
        for (const each of await page.getByTestId('card').all())
          expect(await each.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
      });
    });
  }
}

test('with text twice as large every card is still there, in its bounds', async ({ page }) => {
  // What a browser's zoom does: half the pixels.
  await page.setViewportSize({ width: 640, height: 420 });
  await open(page);
  await expect(page.getByTestId('card')).toHaveCount(9);
  const heads = await page.locator('article h2').evaluateAll((all) => all.map((head) => head.clientWidth));
  expect(Math.min(...heads)).toBeGreaterThan(30);
  expect(await page.locator('.board').evaluate((board) => board.scrollWidth - board.clientWidth)).toBe(0);
});

test('names and figures that are hostile stay text, in their place', async ({ page }) => {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('dialog', (dialog) => failures.push(dialog.message()));
  await open(page);
  const hostile = ['<img src=x onerror=alert(1)>', '\u202Etxt.exe 👩‍👩‍👧 مرحبا 看', 'x'.repeat(1_000_000)];
  for (const text of hostile) {
    await page.evaluate(async (text) => {
      const { story } = window;
      await story?.groupFeed('chat', text);
      await story?.foldGroup(text, false);
      const reading = { key: 'BTC-USD', value: '1', unit: text };
      const events = [
        story?.pen.event('btc', Date.now(), reading, text),
        story?.pen.event('btc', Date.now(), { key: text, value: '9'.repeat(5000), unit: text }, text),
        story?.pen.event('build', Date.now(), { key: text, progress: -1e308, total: 1e-308, state: 'failed' }, text),
        story?.pen.event('deploys', Date.now(), undefined, text, text),
      ].flatMap((event) => event ?? []);
      for (const event of events)
        story?.emit({ type: 'events', feed: event.feed, events: [event], unread: 1, skipped: 0 });
    }, text);
    await expect(page.getByTestId('card')).toHaveCount(9);
    await page.clock.runFor(1000);
    for (const each of await page.locator('article, .board, section > h2').all())
      expect(await each.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  }
  expect(await page.locator('main img, main script').count()).toBe(0);
  // Beside a name that turns the direction of writing, the times still stand as they are.
  await expect(card(page, 'deploys').locator('li').last()).toContainText(/^14:36:1/);
  expect(failures).toEqual([]);
});

test('the line of a symbol follows its values, and in each theme', async ({ page }) => {
  await open(page);
  const pictures = async () => {
    await page.clock.runFor(100);
    return card(page, 'shop')
      .locator('canvas')
      .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
  };
  const before = await pictures();
  await page.evaluate(() => {
    const { story } = window;
    const event = story?.pen.event('shop', Date.now(), { key: 'Bowl', value: '30.00', unit: 'EUR' }, 'x');
    if (event) story?.emit({ type: 'events', feed: 'shop', events: [event], unread: 1, skipped: 0 });
  });
  const after = await pictures();
  expect(after.map((picture, index) => picture !== before[index])).toEqual([false, false, false, false, true]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await pictures();
  expect(dark.map((picture, index) => picture !== after[index])).toEqual([true, true, true, true, true]);
});

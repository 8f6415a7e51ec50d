import { mkdirSync } from 'node:fs';

import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { HOSTILE, SHORT } from './hostile';
import { flaws } from './layout';
import { go, open, waitForFonts } from './window';

const FOLDER = 'test-results/pictures/hostile';
const NAMES = Object.keys(HOSTILE);

/** What a page did that no text may make it do. */
let done: string[];

test.beforeEach(({ page }) => {
  mkdirSync(FOLDER, { recursive: true });
  done = [];
  page.on('pageerror', (error) => done.push(error.stack ?? error.message));
  page.on('dialog', (dialog) => done.push(`asked: ${dialog.message()}`));
  page.on('popup', (popup) => done.push(`opened: ${popup.url()}`));
  page.on('request', (request) => {
    const { pathname, origin } = new URL(request.url());
    const ours = origin === new URL(process.env.STREAMBELL_UI ?? '').origin;
    if (!ours || !/^\/(assets\/.*|favicon\.ico)?$/.test(pathname))
      done.push(`asked for: ${request.url().slice(0, 200)}`);
  });
});

/** A feed of each hostile text, which is its name, its group, and all that its events say; with a rule and an alert. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(
    async ({ hostile, short }) => {
      const story = window.story;
      if (!story) return;
      const views = ['chat', 'news', 'tasks', 'log', 'price', 'progress', 'score'] as const;
      const [known] = await story.listAlerts(null, 1);
      const names = Object.keys(hostile);
      for (const [index, name] of names.entries()) {
        const text = hostile[name] ?? '';
        const brief = short[name] ?? '';
        const id = `h-${name}`;
        const now = Date.now() - (names.length - index) * 1000;
        const view = views[index % views.length] ?? 'log';
        const number = ['number', 'minus', 'digits'].includes(name) ? text : String(index);
        const event = (at: number, key: string, state: 'open' | 'failed') =>
          story.pen.event(
            id,
            at,
            {
              key,
              title: text,
              body: text,
              link: index % 2 ? 'javascript:window.pwned=1' : 'https://news.example/a?<b>',
              ...(view === 'price' ? { value: number, unit: brief } : {}),
              ...(view === 'progress' ? { progress: Number(number), total: 1e-300, state } : {}),
              ...(view === 'tasks' ? { state: 'open' as const } : {}),
              ...(view === 'score'
                ? { score: { home: text, away: text, home_score: number, away_score: text, moment: text } }
                : {}),
            },
            text,
            brief,
          );
        const events = [event(now - 9000, brief, 'open'), event(now, brief, 'open'), event(now, `${brief}2`, 'failed')];
        // What was not understood is drawn as it came.
        events.push({ ...story.pen.event(id, now, undefined, text, brief), id: brief, readings: [{}] });
        const reason = { code: `h-${name}`, message: text };
        story.put({
          feed: {
            id,
            name: brief,
            url: `https://feeds.example/${name}`,
            view,
            notify: 'rules',
            enabled: true,
            group: index % 5 ? null : brief,
            limits: { max_event_bytes: 1, idle_seconds: null, keep_days: 90, keep_megabytes: 512 },
          },
          view,
          status: index % 3 ? { type: 'open', since: now } : { type: 'stopped', reason },
          unread: 1,
          last_event_at: now,
          last_byte_at: null,
          muted_until: index % 4 ? null : now + 3_600_000,
          card: {},
          events,
        });
        const rule = await story.addRule({
          name: brief,
          feeds: [id],
          when: { text: { words: brief } },
          notify: { urgency: 'critical' },
        });
        if (known)
          story.emit({
            type: 'alert',
            alert: {
              ...known,
              id: 100 + index,
              feed: id,
              rule: rule.id,
              key: brief,
              title: text,
              body: text,
              answer: text,
              state: 'firing',
              lasts: true,
              read: false,
            },
            unread: 9,
          });
      }
      const reason = (name: string) => ({ code: name, message: hostile[name] ?? '' });
      story.emit({
        type: 'notices',
        notices: [
          { level: 'warning', reason: reason('markup') },
          { level: 'error', reason: reason('long') },
        ],
      });
      story.recentLog = async () => Object.values(hostile);
      story.selfTest = async () => [
        { check: 'disk', state: 'wrong', found: hostile['markup'] ?? '', mend: hostile['long'] ?? '' },
      ];
    },
    { hostile: HOSTILE, short: SHORT },
  );
  await page.clock.runFor(100);
}

/** What is wrong with a page that is full of such texts. */
async function wrongs(page: Page): Promise<string[]> {
  const seen = await page.evaluate(() => {
    const found: string[] = [];
    if ('pwned' in window) found.push('something ran');
    for (const element of document.querySelectorAll(
      '.pwned, #app :is(img, iframe, script, style, object, embed, base, link)',
    ))
      found.push(`made of text: ${element.outerHTML.slice(0, 100)}`);
    for (const element of document.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) found.push(`${name}=${value.slice(0, 60)}`);
        if (
          ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name) &&
          !/^(https?:\/\/|#|\.?\/?assets\/)/.test(value)
        )
          found.push(`leads to ${value.slice(0, 60)}`);
      }
    // As much is drawn as can be looked at, however much there is.
    const elements = document.querySelectorAll('*').length;
    const letters = document.body.textContent.length;
    if (elements > 6000) found.push(`${elements} elements`);
    if (letters > 400_000) found.push(`${letters} letters`);
    // Words that are written from the left stand so, whatever is beside them.
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const at = (node: Node, index: number) => {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      return range.getBoundingClientRect();
    };
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? '';
      const word = /[A-Za-z]{2,40}/.exec(text);
      if (!word || text.length > 500 || /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(text)) continue;
      const [first, last] = [at(node, word.index), at(node, word.index + word[0].length - 1)];
      if (first.width > 0 && last.width > 0 && first.top === last.top && first.left > last.left)
        found.push(`turned round: ${text.slice(0, 60)}`);
    }
    return [...new Set(found)].slice(0, 20);
  });
  return [...done, ...seen, ...(await flaws(page))];
}

async function look(page: Page, name: string): Promise<void> {
  await page.clock.runFor(100);
  expect.soft(await wrongs(page), name).toEqual([]);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
}

for (const width of [1280, 480]) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 840 } });
    test.setTimeout(180_000);

    test('texts of feeds are texts on every page', async ({ page }) => {
      await open(page);
      await fill(page);
      await waitForFonts(page);
      await look(page, `dashboard-${width}`);
      for (const board of [900, 1800, 2700, 3600]) {
        await page.locator('.board').evaluate((board, top) => (board.scrollTop = top), board);
        await look(page, `dashboard-${width}-${board}`);
      }
      for (const hash of ['alerts', 'rules', 'history', 'settings/feeds', 'settings/storage', 'settings/diagnostics']) {
        await go(page, `#/${hash}`);
        await expect(page.locator('h1')).toBeVisible();
        await look(page, `${hash.replace('/', '-')}-${width}`);
      }
      await page.getByTestId('self-test').click();
      await expect(page.getByTestId('check').first()).toBeVisible();
      await look(page, `self-test-${width}`);
    });

    test('and so on the page of each feed, with an event open', async ({ page }) => {
      await open(page);
      await fill(page);
      for (const name of width === 480 ? ['markup', 'towers', 'long', 'lines', 'object'] : NAMES) {
        await go(page, `#/feed/h-${name}`);
        await page.getByTestId('event-row').last().click();
        await expect(page.getByTestId('event-data')).toBeVisible();
        if (await page.getByTestId('tree-leaf').count()) await page.getByTestId('tree-leaf').first().click();
        await look(page, `event-${name}-${width}`);
      }
    });

    test('and so in dialogs, menus, the palette and messages', async ({ page }) => {
      await open(page);
      await fill(page);
      for (const name of ['markup', 'override', 'arabic', 'object', 'long', 'deep']) {
        await go(page, '#/rules');
        await page
          .locator(`[data-testid=rule]`, { hasText: SHORT[name]?.trim().slice(0, 20) })
          .first()
          .getByTestId('rule-edit')
          .click();
        await expect(page.getByTestId('rule-form')).toBeVisible();
        await page.clock.runFor(500);
        await look(page, `rule-${name}-${width}`);
        await page.keyboard.press('Escape');
        await go(page, '#/settings/feeds');
        await page.locator(`[data-testid=settings-feed][data-feed=h-${name}]`).getByTestId('settings-edit').click();
        await expect(page.getByTestId('feed-form')).toBeVisible();
        await page.getByTestId('feed-fields').click();
        await look(page, `feed-${name}-${width}`);
        await page.keyboard.press('Escape');
        await go(page, '#/settings/storage');
        await page.locator(`[data-testid=history][data-feed=h-${name}]`).getByTestId('history-menu').click();
        await page.getByTestId('history-clear').click();
        await expect(page.getByTestId('confirm')).toBeVisible();
        await look(page, `question-${name}-${width}`);
        await page.getByTestId('confirm-no').click();
        await page.keyboard.press('Control+k');
        await page.getByTestId('palette-input').fill((SHORT[name] ?? '').slice(0, 60));
        await look(page, `palette-${name}-${width}`);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
      await page.evaluate(
        (message) => {
          const story = window.story;
          if (story) story.readAlerts = () => Promise.reject({ code: 'engine', message });
        },
        HOSTILE['markup'] + (HOSTILE['long'] ?? ''),
      );
      await go(page, '#/alerts');
      await page.getByTestId('read-alerts').click();
      await expect(page.getByTestId('toast')).toContainText('<script>');
      await look(page, `toast-${width}`);
    });

    test('and so while a feed is tried out', async ({ page }) => {
      await open(page);
      await page.keyboard.press('n');
      await page.getByTestId('feed-url').fill('https://a.example/quiet');
      await page.getByTestId('feed-url').press('Tab');
      await expect(page.getByTestId('probe')).toHaveAttribute('data-phase', 'open');
      const samples = Object.entries(HOSTILE).map(([name, data]) => ({
        event: SHORT[name] ?? '',
        id: SHORT[name] ?? '',
        data,
        bytes: data.length,
      }));
      await page.evaluate((samples) => window.story?.probe({ type: 'samples', samples }), samples);
      for (const index of [0, 1, 4, 10]) {
        await page.getByTestId('sample').nth(index).click();
        await look(page, `samples-${index}-${width}`);
      }
      await page.evaluate(
        (message) =>
          window.story?.probe({
            type: 'failed',
            reason: { code: 'wrong_type', message },
            instead: ['javascript:window.pwned=1', `https://a.example/${'x'.repeat(3000)}`],
          }),
        `${HOSTILE['markup']} ${HOSTILE['override']} ${HOSTILE['long']}`,
      );
      await expect(page.getByTestId('probe-failed')).toContainText('<script>');
      await expect(page.getByTestId('probe-use')).toHaveCount(1);
      await look(page, `probe-${width}`);
    });
  });
}

test('a link that is not of the web is no link', async ({ page }) => {
  await open(page);
  await fill(page);
  for (const name of NAMES) {
    await go(page, `#/feed/h-${name}`);
    // The newest was not understood, and has none.
    await page.getByTestId('event-row').nth(1).click();
    const links = page.getByTestId('event-detail').getByRole('button', { name: 'Open link' });
    await expect(page.getByTestId('event-data')).toBeVisible();
    for (const link of await links.all()) await link.click();
  }
  const opened = await page.evaluate(() =>
    window.story?.done.flatMap(([name, url]) => (name === 'open_link' ? [url] : [])),
  );
  expect(new Set(opened)).toEqual(new Set(['https://news.example/a?%3Cb%3E']));
  expect(done).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('axe finds nothing where texts are hostile', async ({ page }) => {
      test.setTimeout(120_000);
      await open(page);
      await fill(page);
      for (const hash of ['', 'alerts', 'rules', 'history', 'feed/h-markup', 'feed/h-object', 'settings/feeds']) {
        await go(page, `#/${hash}`);
        if (hash.startsWith('feed')) await page.getByTestId('event-row').last().click();
        expect.soft(await findings(page), hash).toEqual([]);
      }
    });
  });
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { expect, test as base, type Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page that says nothing on its console: neither an error of its own nor what its policy forbids. */
const test = base.extend<{ quiet: void; topic: string }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
      });
      page.on('pageerror', (error) => said.push(String(error)));
      await use();
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
  // Tests share one hub.
  topic: async ({ baseURL: _hub }, use, info) => use(`t-${info.testId.slice(-12)}-${info.retry}`),
});

const events = (page: Page) => page.locator('#events li:not(.gap)');

async function publish(page: Page, path: string, data: string, headers: Record<string, string> = {}) {
  const answer = await page.request.post(path, { data, headers });
  expect(answer.ok()).toBe(true);
}

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join('\n')}`);
}

/** A topic with one of everything. */
async function furnish(page: Page, topic: string) {
  await publish(page, `/${topic}`, 'Backup of the mail server failed: no space left on the device', {
    Title: 'Backups',
    Priority: 'urgent',
    Tags: 'disk,mail',
    Click: 'https://example.com/log',
  });
  await publish(page, `/${topic}`, '{"symbol":"BTC-USD","price":"61234.50"}', { Event: 'price' });
  await publish(page, `/${topic}`, '部署完成，一切正常', { Priority: 'low', Attach: 'https://example.com/report.pdf' });
  await publish(page, `/${topic}/job-7`, 'Build is running');
  await page.request.delete(`/${topic}/job-7`);
}

test('what the form publishes is shown live, and its topic is listed', async ({ page, topic }) => {
  await page.goto('/');
  await page.getByLabel('Topic', { exact: true }).fill(topic);
  await page.getByLabel('Message').fill('backup\ndone');
  await page.getByText('Title, priority, tags').click();
  await page.getByLabel('Title', { exact: true }).fill('Backups');
  await page.getByLabel('Priority').selectOption('high');
  await page.getByLabel('Tags').fill('disk, ok');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.locator('#sent')).toHaveText('Published.');
  await expect(page).toHaveURL(`/${topic}`);
  await expect(page.locator('#state')).toHaveText('live');
  await expect(events(page)).toHaveCount(1);
  for (const text of ['Backups', 'backup\ndone', 'high', 'disk', 'ok']) {
    await expect(events(page).getByText(text, { exact: true })).toBeVisible();
  }
  const listed = page.getByRole('link', { name: topic });
  await expect(listed).toHaveAttribute('aria-current', 'page');
  await expect(listed).toContainText('1 event · 1 listening');
  await publish(page, `/${topic}`, 'second');
  await expect(events(page).first()).toContainText('second');
});

test('what is refused is told', async ({ page, topic }) => {
  await page.goto('/');
  await page.getByLabel('Topic', { exact: true }).fill(topic);
  await page.getByLabel('Message').fill('x'.repeat(300_000));
  // The browser itself says on its console that a request failed.
  page.removeAllListeners('console');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.locator('#sent')).toHaveText('the message is larger than the hub takes');
});

test('what comes is text, whatever it is', async ({ page, topic }) => {
  const hostile = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`;
  await page.goto(`/${topic}`);
  await expect(page.locator('#state')).toHaveText('live');
  await publish(page, `/${topic}`, hostile, { Title: hostile, Tags: hostile, Click: 'javascript:alert(1)' });
  await publish(page, `/${topic}`, JSON.stringify({ html: hostile }));
  await expect(events(page)).toHaveCount(2);
  await expect(events(page).last().getByText(hostile).first()).toBeVisible();
  await expect(page.locator('#events :is(img, script, a)')).toHaveCount(0);
  await expect(page).toHaveTitle('Streambell hub');
});

test('events of every type are shown, and news of earlier ones', async ({ page, topic }) => {
  await furnish(page, topic);
  await page.goto(`/${topic}`);
  await expect(events(page)).toHaveCount(5);
  await expect(events(page).nth(0)).toContainText('job-7 is gone');
  await expect(events(page).nth(3)).toContainText('{"symbol":"BTC-USD","price":"61234.50"}');
  await expect(events(page).nth(4).getByRole('link', { name: 'Link' })).toHaveAttribute(
    'href',
    'https://example.com/log',
  );
});

test('the commands do what they say', async ({ page, topic }) => {
  await page.goto(`/${topic}`);
  await page.getByLabel('Message').fill(`it's "done" $HOME \`id\``);
  await page.getByText('Title, priority, tags').click();
  await page.getByLabel('Title', { exact: true }).fill(`O'Hara`);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await expect(page.getByRole('button', { name: 'Copied.' })).toBeVisible();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'Copied.' }).blur();
  await expect(page.getByRole('button', { name: 'Copied.' })).toHaveCount(0);
  execFileSync('sh', ['-c', command.replace(/^curl /, "curl -q -sS --noproxy '*' ")]);
  await expect(events(page).first()).toContainText(`it's "done" $HOME \`id\``);
  await expect(events(page).first()).toContainText(`O'Hara`);
  await expect(page.locator('#subscribe-command')).toHaveText(`curl -N ${new URL(page.url()).origin}/${topic}/sse`);
});

test('topics are walked with the keyboard, and back with the browser', async ({ page, topic }) => {
  for (const name of [`${topic}-a`, `${topic}-b`]) await publish(page, `/${name}`, `of ${name}`);
  await page.goto(`/${topic}-a`);
  await expect(events(page)).toHaveText([new RegExp(`of ${topic}-a`)]);
  await page.getByRole('link', { name: `${topic}-a` }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/${topic}-b`);
  await expect(events(page)).toHaveText([new RegExp(`of ${topic}-b`)]);
  await expect(page.getByRole('link', { name: `${topic}-b` })).toBeFocused();
  await page.goBack();
  await expect(events(page)).toHaveText([new RegExp(`of ${topic}-a`)]);
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#live')).toBeFocused();
});

test('a demo feed is shown', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'price' }).click();
  await expect(page.locator('#state')).toHaveText('live');
  await expect(events(page).first()).toContainText('BTC-USD');
});

test('only the newest stay, however many come', async ({ page, topic }) => {
  for (let n = 0; n < 260; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, i) => publish(page, `/${topic}`, `number ${n + i}`)));
  }
  await page.goto(`/${topic}`);
  await expect(events(page)).toHaveCount(200);
  await publish(page, `/${topic}`, 'the last');
  await expect(events(page).first()).toContainText('the last');
  await expect(events(page)).toHaveCount(200);
});

test('a hub that ends is waited for, and what came meanwhile is shown once', async ({ page, topic }) => {
  const hub = process.env.STREAMBELL_HUB_THAT_RESTARTS ?? '';
  await page.goto(`${hub}/${topic}`);
  await expect(page.locator('#state')).toHaveText('live');
  await publish(page, `${hub}/${topic}`, 'before');
  await expect(events(page)).toHaveText([/before/]);
  // The browser itself says on its console that a connection was lost.
  page.removeAllListeners('console');
  await page.evaluate(() => {
    const state = document.getElementById('state')!;
    const told = () => state.dataset.state === 'waiting' && document.body.classList.add('has-waited');
    new MutationObserver(told).observe(state, { attributes: true });
  });
  await publish(page, `${hub}/restart`, 'now');
  // However briefly it is.
  await expect(page.locator('body')).toHaveClass('has-waited');
  await expect(async () => publish(page, `${hub}/${topic}`, 'meanwhile')).toPass();
  await expect(page.locator('#state')).toHaveText('live');
  await publish(page, `${hub}/${topic}`, 'after');
  await expect(events(page)).toHaveText([/after/, /meanwhile/, /before/]);
  await expect(page.locator('#trouble')).toBeHidden();
});

test('it speaks Chinese to whom that is the first language', async ({ browser, baseURL, topic }) => {
  const page = await browser.newPage({ locale: 'zh-CN', baseURL });
  await furnish(page, topic);
  await page.goto(`/${topic}`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.getByRole('heading', { name: '发布' })).toBeVisible();
  await expect(page.locator('#state')).toHaveText('实时');
  await expect(events(page).first()).toContainText('job-7 已删除');
  await page.screenshot({ path: 'test-results/hub-zh.png', fullPage: true });
  await page.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 800, 480]) {
    test(`nothing is wrong with it, ${colorScheme} and ${width} wide`, async ({ page, topic }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 840 });
      await furnish(page, topic);
      await page.goto(`/${topic}`);
      await expect(events(page)).toHaveCount(5);
      await page.getByText('Title, priority, tags').click();
      expect(await findings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.screenshot({ path: `test-results/hub-${colorScheme}-${width}.png`, fullPage: true });
    });
  }
}

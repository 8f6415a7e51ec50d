import { expect, type Locator, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { go, lastOf, NOW, open, waitForFonts } from './window';

const MINUTE = 60_000;

/** The chart of a feed on its page. */
async function show(page: Page, feed = 'btc'): Promise<void> {
  await open(page, { hash: `#/feed/${feed}` });
  await drawn(page);
}

async function drawn(page: Page): Promise<void> {
  await expect(page.getByTestId('chart')).toHaveAttribute('data-state', 'ready');
  await expect(page.getByTestId('curve').locator('canvas')).toBeVisible();
}

function level(page: Page, value: string): Locator {
  return page.getByRole('slider').and(page.locator(`[aria-valuetext="${value}"]`));
}

const MAIN = '[data-level="btc-high/when/value/crosses_above"]';
const RECOVERY = '[data-level="btc-high/when/value/recovers_below"]';

/** Takes a line with the mouse and moves it by so many pixels; what is done before it is let go of. */
async function drag(page: Page, line: Locator, by: number, before = async () => {}): Promise<void> {
  const box = await line.boundingBox();
  if (!box) throw new Error('the line is not drawn');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + by / 2);
  await page.mouse.move(x, y + by);
  await before();
  await page.mouse.up();
}

function asked(page: Page): Promise<{ since?: number; until?: number; key?: string }[]> {
  return page.evaluate(() =>
    (window.story?.done ?? []).filter(([name]) => name === 'series').map(([, query]) => query),
  ) as never;
}

test('a window from a minute to all is chosen, and its figures are told', async ({ page }) => {
  await show(page);
  const figures = page.getByTestId('chart-figures');
  await expect(figures).toContainText('BTC-USD, last hour');
  await expect(figures).toContainText('Last 61,262.65 USD');
  await expect(figures).toContainText('Lowest 59,972.00');
  await expect(figures).toContainText('Change +1,290.65');
  const millis = { minute: 1, minutes: 10, hour: 60, day: 24 * 60, week: 7 * 24 * 60 };
  for (const [name, minutes] of Object.entries(millis)) {
    await page.getByTestId(`chart-window-${name}`).click();
    await expect(page.getByTestId(`chart-window-${name}`)).toHaveAttribute('aria-pressed', 'true');
    await expect
      .poll(async () => (await asked(page)).at(-1))
      .toMatchObject({ since: NOW.getTime() - minutes * MINUTE });
  }
  await page.getByTestId('chart-window-minute').click();
  await expect(figures).toContainText('Lowest 61,131.50');
  await page.getByTestId('chart-window-all').click();
  await expect.poll(async () => (await asked(page)).at(-1)?.since).toBeUndefined();
  await expect(figures).toContainText('BTC-USD, all that is kept');
  await expect(figures).toContainText('Lowest 59,972.00');
});

test('what comes is drawn without asking for it', async ({ page }) => {
  await show(page);
  const before = (await asked(page)).length;
  await page.evaluate(() => window.story?.next());
  await expect(page.getByTestId('chart-figures')).toContainText('Last 61,425.86 USD');
  expect(await asked(page)).toHaveLength(before);
});

test('what came and was not sent to the window is asked for, not event by event', async ({ page }) => {
  await show(page);
  const before = (await asked(page)).length;
  await page.evaluate(() => {
    for (let batch = 0; batch < 20; batch += 1)
      window.story?.emit({ type: 'events', feed: 'btc', events: [], unread: 0, skipped: 100 });
  });
  await page.clock.runFor(3000);
  await expect.poll(async () => (await asked(page)).length).toBe(before + 1);
});

test('a part is chosen with the mouse, turned with the wheel, and left again', async ({ page }) => {
  await show(page);
  const curve = await page.getByTestId('curve').boundingBox();
  if (!curve) throw new Error('no curve');
  const y = curve.y + curve.height * 0.8;
  await page.mouse.move(curve.x + curve.width * 0.7, y);
  await page.mouse.down();
  await page.mouse.move(curve.x + curve.width * 0.8, y);
  await page.mouse.up();
  await page.clock.runFor(500);
  await expect(page.getByTestId('chart-back')).toBeEnabled();
  const [first] = (await asked(page)).slice(-1);
  const length = (first?.until ?? 0) - (first?.since ?? 0);
  expect(length).toBeGreaterThan(5 * MINUTE);
  expect(length).toBeLessThan(8 * MINUTE);
  await expect(page.getByTestId('chart-figures')).toContainText(/BTC-USD, 14:\d\d:\d\d to 14:\d\d:\d\d/);
  await page.mouse.wheel(0, -100);
  await page.clock.runFor(500);
  await expect
    .poll(async () => {
      const [last] = (await asked(page)).slice(-1);
      return (last?.until ?? 0) - (last?.since ?? 0);
    })
    .toBeLessThan(length);
  await page.getByTestId('chart-back').click();
  await expect(page.getByTestId('chart-back')).toBeDisabled();
  await expect(page.getByTestId('chart-figures')).toContainText('BTC-USD, last hour');

  await page.mouse.move(curve.x + curve.width * 0.7, y);
  await page.mouse.wheel(0, -100);
  await expect(page.getByTestId('chart-back')).toBeEnabled();
  await page.mouse.wheel(0, 100);
  await page.mouse.wheel(0, 100);
  await expect(page.getByTestId('chart-back')).toBeDisabled();
});

test('a part is chosen with the keyboard', async ({ page }) => {
  await show(page);
  const { keyboard } = page;
  const range = async () => {
    await page.clock.runFor(500);
    const [{ since = 0, until = 0 } = {}] = (await asked(page)).slice(-1);
    return { since: (since - NOW.getTime()) / MINUTE, until: until && (until - NOW.getTime()) / MINUTE };
  };
  await page.getByTestId('chart-zoom-in').focus();
  await keyboard.press('Enter');
  expect((await range()).since).toBeCloseTo(-37.5, 0);
  expect((await range()).until).toBeCloseTo(-7.5, 0);
  await page.getByTestId('chart-earlier').focus();
  await keyboard.press('Enter');
  expect((await range()).until).toBeCloseTo(-22.5, 0);
  await page.getByTestId('chart-back').focus();
  await keyboard.press('Enter');
  expect(await range()).toEqual({ since: expect.closeTo(-60, 0), until: 0 });
  await page.getByTestId('chart-earlier').click();
  expect((await range()).until).toBeCloseTo(-30, 0);
  await page.getByTestId('chart-later').click();
  expect(await range()).toEqual({ since: expect.closeTo(-60, 0), until: 0 });
  await expect(page.getByTestId('chart-later')).toBeDisabled();
});

test('a gap is told', async ({ page }) => {
  await open(page);
  await page.evaluate((now) => {
    const story = window.story;
    if (story) story.gaps.btc = [{ since: now - 719_000, until: now - 701_000, recovered: 0 }];
  }, NOW.getTime());
  await go(page, '#/feed/btc');
  await drawn(page);
  await expect(page.getByTestId('chart-gaps')).toHaveText('Not listened to: 14:24:13 to 14:24:31');
});

test('each key of a feed has its chart', async ({ page }) => {
  await show(page, 'shop');
  const key = page.getByTestId('chart-key');
  await expect(key.locator('option')).toHaveText(['Bowl', 'Kettle', 'Sencha 100 g', 'Teapot', 'Whisk']);
  await expect(page.getByTestId('chart-figures')).toContainText('Last 18.00 EUR');
  await key.selectOption('Teapot');
  await expect(page.getByTestId('chart-figures')).toContainText('Last 7.50 EUR');
  await expect(page.getByTestId('chart-figures')).toContainText('Change -2.49');
  await page.evaluate((at) => {
    const event = window.story?.pen.event('shop', at, { key: '<b>x</b>', value: '1' }, '{}');
    if (event) window.story?.emit({ type: 'events', feed: 'shop', events: [event], unread: 0, skipped: 0 });
  }, NOW.getTime() + 1);
  await expect(key.locator('option').first()).toHaveText('<b>x</b>');
});

test('a feed without values has no chart', async ({ page }) => {
  await open(page, { hash: '#/feed/chat' });
  await expect(page.getByTestId('event-row').first()).toBeVisible();
  await expect(page.getByTestId('chart')).toHaveCount(0);
});

test('a history that cannot be read is told of', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    if (window.story) window.story.series = () => Promise.reject({ code: 'history_io', message: 'The disk is gone.' });
  });
  await go(page, '#/feed/btc');
  await expect(page.getByTestId('chart').getByRole('alert')).toHaveText('The disk is gone.');
});

test('a level is dragged with the mouse, and that can be undone', async ({ page }) => {
  await show(page);
  const line = page.locator(MAIN);
  await expect(line).toHaveAttribute('aria-label', 'Bitcoin is high');
  await expect(line).toHaveAttribute('aria-valuetext', '61,000');
  await drag(page, line, -20, async () => {
    await expect(line).not.toHaveAttribute('aria-valuetext', '61,000');
    expect(await lastOf(page, 'rule')).toBeUndefined();
  });
  const toast = page.getByTestId('toast');
  await expect(toast).toContainText('Bitcoin is high: the level is 61,');
  const kept = (await lastOf(page, 'rule')) as { when: { value: { crosses_above: string } } };
  expect(kept).toMatchObject({ id: 'btc-high', feeds: ['btc'], enabled: true, notify: { urgency: 'critical' } });
  expect(kept.when.value).toEqual({ crosses_above: expect.stringMatching(/^61[01]\d\d$/), recovers_below: 60500 });
  expect(Number(kept.when.value.crosses_above)).toBeGreaterThan(61_050);
  await expect(line).toHaveAttribute('aria-valuenow', kept.when.value.crosses_above);
  await toast.getByTestId('toast-action').click();
  await expect(line).toHaveAttribute('aria-valuetext', '61,000');
  expect(await lastOf(page, 'rule')).toMatchObject({
    when: { value: { crosses_above: 61000, recovers_below: 60500 } },
  });
});

test('a level stays on its side of the recovery, and Escape takes a drag back', async ({ page }) => {
  await show(page);
  await drag(page, page.locator(RECOVERY), -150);
  expect(await lastOf(page, 'rule')).toMatchObject({
    when: { value: { crosses_above: 61000, recovers_below: '61000' } },
  });
  await drag(page, page.locator(MAIN), -30, () => page.keyboard.press('Escape'));
  await expect(page.locator(MAIN)).toHaveAttribute('aria-valuetext', '61,000');
  expect(await lastOf(page, 'rule')).toMatchObject({ when: { value: { recovers_below: '61000' } } });
});

test('a level is moved with the keyboard', async ({ page }) => {
  await show(page);
  const line = page.locator(MAIN);
  await line.focus();
  const { keyboard } = page;
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowRight');
  await expect(level(page, '61,020')).toBeFocused();
  await keyboard.press('PageUp');
  await expect(line).toHaveAttribute('aria-valuetext', '61,120');
  await keyboard.press('Escape');
  await expect(line).toHaveAttribute('aria-valuetext', '61,000');
  expect(await lastOf(page, 'rule')).toBeUndefined();
  await keyboard.press('PageDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(page.getByTestId('toast')).toContainText('Bitcoin is high: the level is 60,890 now');
  expect(await lastOf(page, 'rule')).toMatchObject({ when: { value: { crosses_above: '60890' } } });
  // Leaving the line keeps it too.
  await keyboard.press('ArrowUp');
  await keyboard.press('Tab');
  await expect.poll(() => lastOf(page, 'rule')).toMatchObject({ when: { value: { crosses_above: '60900' } } });
});

test('a level that is refused goes back', async ({ page }) => {
  await show(page);
  await page.evaluate(() => {
    if (window.story) window.story.updateRule = () => Promise.reject({ code: 'invalid', message: 'Not so high.' });
  });
  await drag(page, page.locator(MAIN), -20);
  await expect(page.getByTestId('toast')).toContainText('Not so high.');
  await expect(page.locator(MAIN)).toHaveAttribute('aria-valuetext', '61,000');
});

test('a level far from the values stands at the edge, and is brought in', async ({ page }) => {
  await open(page);
  await page.evaluate(() =>
    window.story?.addRule({
      name: 'Far',
      feeds: ['btc'],
      when: { value: { above: '99999.5' } },
      notify: { urgency: 'low' },
    }),
  );
  await go(page, '#/feed/btc');
  await drawn(page);
  const line = page.locator('[data-level="rule-4/when/value/above"]');
  await expect(line).toContainText('▲ 99,999.5');
  await drag(page, line, 30);
  expect(await lastOf(page, 'rule')).toMatchObject({ when: { value: { above: expect.stringMatching(/^61\d\d\d$/) } } });
});

test('in the dialog the line and the field are one, and the preview follows', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  await page.getByTestId('add-rule').click();
  const form = page.getByTestId('rule-form');
  await expect(form.getByTestId('chart')).toHaveCount(0);
  await page.getByTestId('rule-feeds-some').check();
  await page.locator('[data-testid=rule-feed][data-feed=btc]').check();
  await drawn(page);
  const line = form.getByRole('slider');
  await expect(line).toHaveAccessibleName('Drag to set the level');
  await expect(page.getByTestId('rule-level')).toHaveValue('');
  await line.scrollIntoViewIfNeeded();
  await drag(page, line, 40);
  const field = page.getByTestId('rule-level');
  const dragged = Number(await field.inputValue());
  expect(dragged).toBeGreaterThan(60_000);
  expect(dragged).toBeLessThan(61_262);
  await expect(line).toHaveAttribute('aria-valuenow', String(dragged));
  await page.clock.runFor(500);
  await expect(page.getByTestId('rule-preview-verdict')).toContainText('Would have rung');
  expect(await lastOf(page, 'preview_rule')).toMatchObject({ when: { value: { crosses_above: String(dragged) } } });

  await field.fill('61200');
  await expect(line).toHaveAttribute('aria-valuetext', '61,200');
  await page.getByTestId('rule-recovery').fill('61000.25');
  await expect(form.getByRole('slider')).toHaveCount(2);
  const [level, recovery] = [form.getByRole('slider').first(), form.getByRole('slider').last()];
  await recovery.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('rule-recovery')).toHaveValue('60990.25');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('rule-recovery')).toHaveValue('61000.25');
  await level.focus();
  await page.keyboard.press('PageUp');
  await expect(field).toHaveValue('61300');

  await page.getByTestId('rule-kind').selectOption('changes_by');
  await expect(form.getByTestId('chart')).toHaveCount(0);
  await page.getByTestId('rule-kind').selectOption('crosses_above');
  await page.locator('[data-testid=rule-feed][data-feed=shop]').check();
  await expect(form.getByTestId('chart')).toHaveCount(0);
});

test('it is drawn under a language that there is not', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'language', { value: 'c', configurable: true }));
  await show(page);
  await expect(page.locator(MAIN)).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing on a chart', async ({ page }) => {
      await show(page);
      expect(await findings(page)).toEqual([]);
      await go(page, '#/feed/shop');
      await drawn(page);
      expect(await findings(page)).toEqual([]);
      await go(page, '#/rules');
      await page.getByTestId('rule-edit').first().click();
      await drawn(page);
      expect(await findings(page)).toEqual([]);
    });

    test.describe('narrow', () => {
      test.use({ viewport: { width: 480, height: 840 } });

      test('it fits', async ({ page }) => {
        await show(page);
        const chart = page.getByTestId('chart');
        expect(await chart.evaluate((chart) => chart.scrollWidth - chart.clientWidth)).toBe(0);
        await waitForFonts(page);
        await page.screenshot({ path: `test-results/pictures/chart-${colorScheme}-480.png` });
      });
    });
  });
}

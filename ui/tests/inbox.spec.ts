import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { lastOf, open } from './window';

/** Holds the newest alert back, mutes a feed and keeps everything quiet for an hour. */
async function hold(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const hour = Date.now() + 3_600_000;
    window.story?.emit({
      type: 'announced',
      alerts: [3],
      announced: { how: 'held', gate: 'quiet_hours', until: hour },
    });
    await window.story?.muteFeed('news', '1d');
    await window.story?.setPreferences({
      theme: 'system',
      language: null,
      paused: false,
      do_not_disturb_until: hour,
      quiet_hours: [],
      close_to_tray: true,
      network: { proxy: null, roots: null },
      retention: { days: 90, megabytes: 512 },
      hub: true,
      hub_port: 7788,
    });
  });
}

test('what is held back now is told with its reason and its end, and is let go', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  await expect(page.getByTestId('held-now')).toHaveCount(0);
  await hold(page);
  await expect(page.getByTestId('held-alert')).toContainText('held back by quiet hours until 15:36');
  await expect(page.getByTestId('held-quiet')).toContainText('Do not disturb until 15:36');
  await expect(page.getByTestId('held-feed')).toContainText('News is muted');
  await expect(page.locator('[data-alert="3"][data-testid=alert]')).toContainText('held back by quiet hours');
  await page.getByTestId('unmute').click();
  expect(await lastOf(page, 'mute_feed')).toEqual(['news', null]);
  await page.getByTestId('quiet-end').click();
  await expect(page.getByTestId('held-feed')).toHaveCount(0);
  await expect(page.getByTestId('held-quiet')).toHaveCount(0);
});

test('an alert is snoozed and acknowledged by single keys', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const alert = page.locator('[data-testid=alert][data-alert="2"]');
  await expect(alert.getByTestId('announced')).toHaveText('notification shown');
  await alert.getByRole('link').focus();
  await page.keyboard.press('s');
  expect(await lastOf(page, 'snooze_alert')).toEqual([2, '1h']);
  await expect(alert.getByTestId('announced').last()).toHaveText('snoozed until 15:36');
  await expect(alert.getByTestId('snooze')).toHaveCount(0);
  await expect(alert.getByRole('link')).toBeFocused();
  await page.keyboard.press('Control+a');
  await expect(alert).toHaveAttribute('data-state', 'firing');
  await page.keyboard.press('a');
  await expect(alert).toHaveAttribute('data-state', 'acknowledged');
});

test('the alerts are walked, ended and marked with single keys', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const link = (id: number) => page.locator(`[data-testid=alert][data-alert="${id}"]`).getByRole('link');
  await page.keyboard.press('j');
  await expect(link(2)).toBeFocused();
  await page.keyboard.press('k');
  await expect(link(2)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(link(3)).toBeFocused();
  await page.keyboard.press('u');
  expect(await lastOf(page, 'read_alert')).toEqual([3, true]);
  await expect(page.getByTestId('alerts-badge')).toContainText('1');
  await expect(link(3)).toBeFocused();
  await page.keyboard.press('u');
  expect(await lastOf(page, 'read_alert')).toEqual([3, false]);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(link(1)).toBeFocused();
  await page.keyboard.press('e');
  expect(await lastOf(page, 'resolve_alert')).toBeUndefined();
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('e');
  expect(await lastOf(page, 'resolve_alert')).toBe(2);
  await expect(page.locator('[data-testid=alert][data-alert="2"]')).toHaveAttribute('data-state', 'resolved');
  await expect(link(2)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'btc');
});

test('an alert of a long list gets the keyboard too', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  await page.evaluate(async () => {
    const [known] = (await window.story?.listAlerts(null, 1)) ?? [];
    for (let id = 10; id < 110; id += 1)
      if (known) window.story?.emit({ type: 'alert', alert: { ...known, id, title: `Alert ${id}` }, unread: 2 });
  });
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('j');
    await page.clock.runFor(50);
  }
  const focused = page.locator('[data-testid=alert]:focus-within');
  await expect(focused).toContainText('Alert');
  await expect(focused).toBeInViewport({ ratio: 1 });
});

test('an alert is ended and marked by its menu', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const alert = page.locator('[data-testid=alert][data-alert="2"]');
  await alert.getByTestId('alert-menu').click();
  await expect(page.getByRole('menuitem')).toHaveText(['It is over', 'Mark read']);
  await page.getByTestId('resolve').click();
  await expect(alert).toHaveAttribute('data-state', 'resolved');
  await alert.getByTestId('alert-menu').click();
  await page.getByTestId('unread').click();
  expect(await lastOf(page, 'read_alert')).toEqual([2, false]);
});

test('an alert is snoozed for as long as is chosen', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const alert = page.locator('[data-testid=alert][data-alert="2"]');
  const snoozed = alert.getByTestId('announced').last();
  const choose = async (label: string) => {
    await alert.getByTestId('snooze').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem')).toHaveText(['For 1 h', 'For 4 h', 'Until tomorrow, 07:00']);
    // The menu takes the focus when its timer has run.
    await page.clock.runFor(100);
    while (!(await page.getByRole('menuitem', { name: label }).evaluate((item) => item === document.activeElement)))
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(alert.getByTestId('snooze')).toHaveCount(0);
    await expect(alert.getByRole('link')).toBeFocused();
  };
  await choose('For 4 h');
  expect(await lastOf(page, 'snooze_alert')).toEqual([2, '4h']);
  await expect(snoozed).toHaveText('snoozed until 18:36');
  await page.evaluate(async () => {
    const alert = (await window.story?.listAlerts(null, 9))?.find(({ id }) => id === 2);
    if (alert) window.story?.emit({ type: 'alert', alert: { ...alert, snoozed_until: null }, unread: 1 });
  });
  await choose('Until tomorrow, 07:00');
  await expect(snoozed).toHaveText('snoozed until 07:00');
});

test('what does not go on is not snoozed', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const alert = page.locator('[data-testid=alert][data-alert="4"]');
  await page.evaluate(async () => {
    const [known] = (await window.story?.listAlerts(null, 1)) ?? [];
    if (known) window.story?.emit({ type: 'alert', alert: { ...known, id: 4, state: 'firing' }, unread: 3 });
  });
  await expect(alert.getByTestId('acknowledge')).toBeVisible();
  await expect(alert.getByTestId('snooze')).toHaveCount(0);
  await alert.getByRole('link').focus();
  await expect(alert.getByRole('link')).toHaveAttribute('aria-keyshortcuts', 'a e u');
  await page.keyboard.press('s');
  expect(await lastOf(page, 'snooze_alert')).toBeUndefined();
});

test('all that fire are acknowledged at once', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  await page.getByTestId('acknowledge-all').click();
  await expect(page.locator('[data-state=firing]')).toHaveCount(0);
  await expect(page.getByTestId('acknowledge-all')).toBeDisabled();
});

test('an event tells why it rang or not, and when that can not be told', async ({ page }) => {
  await open(page, { hash: '#/feed/btc' });
  await page.evaluate(() => {
    const story = window.story;
    if (!story) return;
    const whyEvent = story.whyEvent.bind(story);
    let asked = 0;
    story.whyEvent = async (seq) => {
      if ((asked += 1) === 1) throw { code: 'engine', message: 'The engine is busy.' };
      const [alert] = await story.listAlerts(3, 1);
      return { ...(await whyEvent(seq)), alerts: alert ? [alert] : [] };
    };
  });
  await page.getByTestId('event-row').first().click();
  await page.getByTestId('event-why').focus();
  await page.keyboard.press('Enter');
  const why = page.getByTestId('why');
  await expect(why.getByRole('alert')).toHaveText('The engine is busy.');
  await why.getByRole('button').click();
  await expect(why.getByTestId('why-rule').first()).toContainText('Bitcoin is high did not ring Not true');
  await expect(why.getByTestId('why-alert')).toContainText('announced at once');
  expect(await findings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findings(page)).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('axe finds nothing where alerts are held back', async ({ page }) => {
      await open(page, { hash: '#/alerts' });
      await hold(page);
      await expect(page.getByTestId('held-now')).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('snooze').click();
      await expect(page.getByTestId('snooze-tomorrow')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  });
}

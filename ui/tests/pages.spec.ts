import { expect, test } from '@playwright/test';

import { go, open } from './window';

test('the history is searched from any page and narrowed to a feed', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.type('progress');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('History');
  await expect(page.getByTestId('search')).toHaveValue('progress');
  await expect(page.getByTestId('event-row')).toHaveCount(7);
  await page.getByTestId('history-feed').selectOption('chat');
  await expect(page.getByTestId('empty')).toContainText('Nothing found');
  await page.getByTestId('search').fill('');
  await page.clock.runFor(300);
  await expect(page.getByTestId('event-row')).toHaveCount(4);
  await page.evaluate(() => window.story?.next());
  await page.getByTestId('newer-events').click();
  await expect(page.getByTestId('event-row')).toHaveCount(5);
  await expect(page.getByTestId('newer-events')).toHaveCount(0);
});

test('alerts: firing ones first, acknowledged, read', async ({ page }) => {
  await open(page, { hash: '#/alerts' });
  const alerts = page.getByTestId('alert');
  await expect(alerts).toHaveCount(3);
  await expect(alerts.first()).toContainText('Bitcoin is high');
  await expect(page.getByTestId('alerts-badge')).toContainText('2');
  await page.getByTestId('acknowledge').click();
  await expect(page.locator('[data-alert="2"]')).toHaveAttribute('data-state', 'acknowledged');
  await expect(page.getByTestId('alerts-badge')).toContainText('1');
  await page.getByTestId('read-alerts').click();
  await expect(page.getByTestId('alerts-badge')).toHaveCount(0);
  await alerts.filter({ hasText: 'Bitcoin is high' }).getByRole('link').click();
  await expect(page.getByTestId('feed-page')).toHaveAttribute('data-feed', 'btc');
});

test('a rule is added, mended, switched off and removed', async ({ page }) => {
  await open(page, { story: 'empty', hash: '#/rules' });
  await expect(page.getByTestId('empty')).toContainText('No rules yet');
  await page.getByTestId('add-rule').click();
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-error')).toHaveText('Fill in what it rings for.');
  await page.getByTestId('rule-kind').selectOption('text');
  await page.getByTestId('rule-pattern').fill('(');
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-error')).toContainText('unclosed group');
  await page.getByTestId('rule-kind').selectOption('crosses_above');
  await page.getByTestId('rule-level').fill('60000');
  await page.getByTestId('rule-recovery').fill('59000.5');
  await page.getByTestId('rule-name').fill('High');
  await page.getByTestId('rule-urgency').selectOption('critical');
  await page.getByTestId('rule-save').click();
  const rule = page.getByTestId('rule');
  await expect(rule).toContainText('value crosses above 60,000, armed again below 59,000.5');
  await expect(rule).toContainText('Critical');
  await expect(rule).toContainText('All feeds');
  await rule.getByTestId('rule-switch').click();
  await expect(rule.getByRole('switch')).not.toBeChecked();
  await rule.getByTestId('rule-edit').click();
  await expect(page.getByTestId('rule-level')).toHaveValue('60000');
  await page.getByTestId('rule-kind').selectOption('event');
  await page.getByTestId('rule-event').fill('alarm');
  await page.getByTestId('rule-save').click();
  await expect(rule).toContainText('event of type alarm');
  await expect(rule.getByRole('switch')).not.toBeChecked();
  await rule.getByTestId('rule-remove').click();
  await expect(page.getByTestId('empty')).toBeVisible();
});

test('a rule can look at some feeds only', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  await page.getByTestId('add-rule').click();
  await page.getByTestId('rule-level').fill('1');
  await page.getByTestId('rule-feeds-some').check();
  await page.locator('[data-testid=rule-feed][data-feed=shop]').check();
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule').last()).toContainText('Shop prices');
});

test('language and theme change at once, without a new start', async ({ page }) => {
  await open(page, { hash: '#/settings/general' });
  await page.getByTestId('language').selectOption('zh');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await page.getByTestId('theme').selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByTestId('theme').selectOption('light');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByTestId('theme').selectOption('system');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the feeds of the settings are paused and removed there', async ({ page }) => {
  await open(page, { hash: '#/settings/feeds' });
  const row = page.locator('[data-testid=settings-feed][data-feed=cup]');
  await row.getByTestId('settings-pause').click();
  await expect(row).toHaveAttribute('data-status', 'paused');
  await row.getByTestId('settings-resume').click();
  await expect(row).toHaveAttribute('data-status', 'open');
  await row.getByTestId('settings-remove').click();
  await expect(row).toHaveCount(0);
});

test('what failed says so, and what to do', async ({ page }) => {
  await open(page, { hash: '#/settings/notifications' });
  await page.getByTestId('test-notification').click();
  await expect(page.getByTestId('toast')).toContainText('No notification service answers');
  await page.clock.runFor(7000);
  await expect(page.getByTestId('toast')).toHaveCount(0);
});

test('everything is paused and resumed', async ({ page }) => {
  await open(page);
  await page.getByTestId('pause-all').click();
  await expect(page.locator('[data-testid=card][data-status=paused]')).toHaveCount(9);
  await expect(page.getByTestId('pause-all')).toHaveText('Resume all');
  await page.getByTestId('pause-all').click();
  await expect(page.locator('[data-testid=card][data-status=open]')).toHaveCount(9);
});

test('every page can be reached by its link', async ({ page }) => {
  await open(page);
  for (const [name, title] of [
    ['alerts', 'Alerts'],
    ['rules', 'Rules'],
    ['history', 'History'],
    ['settings', 'Settings'],
    ['dashboard', 'Dashboard'],
  ] as const) {
    await page.getByTestId(`nav-${name}`).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.getByTestId(`nav-${name}`)).toHaveAttribute('aria-current', 'page');
  }
  await go(page, '#/settings/about');
  await expect(page.getByTestId('settings-about')).toContainText('Version 0.1.0');
});

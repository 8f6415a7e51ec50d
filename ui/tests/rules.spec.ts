import { expect, type Locator, type Page, test } from '@playwright/test';

import type { RuleDraft } from '../src/bindings/RuleDraft';
import { findings } from './axe';
import { lastOf, open } from './window';

/** Opens the dialog of a new rule. */
async function add(page: Page): Promise<void> {
  await open(page, { hash: '#/rules' });
  await page.getByTestId('add-rule').click();
}

/** A row of the condition, by its number, or `until`. */
function row(page: Page, place: number | 'until'): Locator {
  return page.locator(`[data-testid=rule-row][data-place="${place}"]`);
}

/** What the window asked to save. */
async function saved(page: Page): Promise<unknown> {
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-form')).toHaveCount(0);
  return lastOf(page, 'rule');
}

/** Lets the form rest until the preview has come. */
const rest = (page: Page) => page.clock.runFor(500);

test('a field of the data is compared', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-kind').selectOption('field');
  await page.getByTestId('rule-path').fill('$.status');
  await page.getByTestId('rule-test').selectOption('in');
  await page.getByTestId('rule-operand').fill('failed, 500, "500", null');
  expect(await saved(page)).toMatchObject({ when: { field: '$.status', in: ['failed', 500, '500', null] }, feeds: [] });
  await expect(page.getByTestId('rule').last()).toContainText('$.status is one of failed, 500, "500", null');
});

test('silence of a group rings', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-kind').selectOption('silent_for');
  await page.getByTestId('rule-span').fill('1h30m');
  await page.getByTestId('rule-feeds-group').check();
  await expect(page.locator('datalist option')).toHaveAttribute('value', 'Prices');
  await page.getByTestId('rule-group').fill('Prices');
  expect(await saved(page)).toMatchObject({ when: { silent_for: '1h30m' }, feeds: [], group: 'Prices' });
  await expect(page.getByTestId('rule').last()).toContainText('nothing comes for 1 h 30 min');
  await expect(page.getByTestId('rule').last()).toContainText('Group “Prices”');
});

test('any of two, one of them negated', async ({ page }) => {
  await add(page);
  await expect(page.getByTestId('rule-join')).toHaveCount(0);
  await page.getByTestId('rule-kind').selectOption('words');
  await page.getByTestId('rule-words').fill('disk full');
  await page.getByTestId('rule-add-condition').click();
  await expect(row(page, 1).getByTestId('rule-kind')).toBeFocused();
  await page.getByTestId('rule-join').selectOption('any');
  await row(page, 1).getByTestId('rule-kind').selectOption('event');
  await row(page, 1).getByTestId('rule-event').fill('message');
  await row(page, 1).getByTestId('rule-not').check();
  await page.getByTestId('rule-add-condition').click();
  await row(page, 2).getByTestId('rule-row-remove').click();
  await expect(page.getByTestId('rule-add-condition')).toBeFocused();
  expect(await saved(page)).toMatchObject({
    when: { any: [{ text: { words: 'disk full' } }, { not: { event: 'message' } }] },
  });
  const rule = page.getByTestId('rule').last();
  await expect(rule).toContainText('text has the words disk full or not (event of type message)');
});

test('a change by percent that lasts, and what ends it', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-kind').selectOption('changes_by_percent');
  await page.getByTestId('rule-level').fill('5');
  await page.getByTestId('rule-span').fill('10m');
  await page.getByTestId('rule-direction').selectOption('down');
  await page.getByTestId('rule-more').click();
  await page.getByTestId('rule-for').fill('2m');
  await page.getByTestId('rule-per').selectOption('feed');
  await page.getByTestId('rule-add-until').click();
  await expect(row(page, 'until').getByTestId('rule-kind')).toBeFocused();
  await row(page, 'until').getByTestId('rule-kind').selectOption('above');
  await row(page, 'until').getByTestId('rule-level').fill('60000');
  expect(await saved(page)).toEqual({
    name: '',
    feeds: [],
    when: { value: { changes_by_percent: '5', within: '10m', direction: 'down' } },
    for: '2m',
    until: { value: { above: '60000' } },
    per: 'feed',
    notify: { urgency: 'normal' },
  });
  await expect(page.getByTestId('rule').last()).toContainText(
    'value falls by 5 % or more within 10 min, for 2 min, until value above 60,000, each feed on its own',
  );
});

test('a rule is kept from ringing too often', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-kind').selectOption('event');
  await page.getByTestId('rule-event').fill('bid');
  await page.getByTestId('rule-gates').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('After it rang, quiet for')).toBeFocused();
  await page.keyboard.type('10m');
  await page.keyboard.press('Tab');
  await page.keyboard.type('0');
  await rest(page);
  // Half a limit is not wrong before it is saved.
  await expect(page.getByTestId('rule-error')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rule-error')).toHaveText('Give both: how many, and in what time.');
  await expect(page.getByTestId('rule-at-most-per')).toBeFocused();
  await page.keyboard.type('1h');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rule-error')).toHaveText('Allow at least 1, or switch the rule off.');
  await expect(page.getByTestId('rule-at-most')).toBeFocused();
  await expect(page.getByTestId('rule-at-most')).toHaveAttribute('aria-invalid', 'true');
  await page.getByTestId('rule-at-most').fill('3');
  const gates = { cool_down: '10m', at_most: { count: 3, per: '1h' } };
  expect(await saved(page)).toMatchObject({ gates });
  const rule = page.getByTestId('rule').last();
  await expect(rule).toContainText('event of type bid, then quiet for 10 min, at most 3 in 1 h');
  await rule.getByTestId('rule-edit').click();
  await expect(page.getByTestId('rule-cool-down')).toHaveValue('10m');
  await page.getByTestId('rule-at-most').fill('');
  await page.getByTestId('rule-at-most-per').fill('');
  expect(await saved(page)).toMatchObject({ gates: { cool_down: '10m' } });
  await expect(rule).not.toContainText('at most');
});

test('a rule is told to sound', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  const edit = page.locator('[data-rule=btc-high]').getByTestId('rule-edit');
  for (const [choice, sound] of [
    ['With a sound', true],
    ['Silent', false],
    ['As the desktop does', undefined],
  ] as const) {
    await edit.click();
    await page.getByLabel('Sound').selectOption(choice);
    const { notify } = (await saved(page)) as RuleDraft;
    expect(notify).toEqual(sound === undefined ? { urgency: 'critical' } : { urgency: 'critical', sound });
  }
});

test('a rule that was imported is edited and loses nothing', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  const imported = {
    name: 'Imported',
    feeds: ['btc'],
    group: 'Prices',
    per: 'key' as const,
    when: { all: [{ value: { above: '0.12345678901234567890' } }, { any: [{ event: 'a' }, { not: { event: 'b' } }] }] },
    for: '5m',
    until: { any: [{ event: 'a' }, { event: 'b' }] },
    gates: { cool_down: '90s', at_most: { count: 2, per: '1d' } },
    notify: { urgency: 'low' as const, sound: false, actions: ['acknowledge' as const] },
  };
  await page.evaluate((draft) => window.story?.addRule(draft), imported);
  const rule = page.getByTestId('rule').last();
  await rule.getByTestId('rule-switch').click();
  expect(await lastOf(page, 'rule')).toEqual({ ...imported, id: 'rule-4', enabled: false });
  await rule.getByTestId('rule-edit').click();
  await expect(row(page, 0).getByTestId('rule-level')).toHaveValue('0.12345678901234567890');
  await expect(row(page, 1).getByTestId('rule-kind')).toHaveValue('json');
  await expect(row(page, 'until').getByTestId('rule-json')).toBeVisible();
  expect(await saved(page)).toEqual({ ...imported, id: 'rule-4', enabled: false });
  await rule.getByTestId('rule-edit').click();
  await row(page, 1).getByTestId('rule-json').fill('{"cel": "value > 5"}');
  await row(page, 'until').getByTestId('rule-row-remove').click();
  await page.getByTestId('rule-for').fill('');
  const { until, for: hold, ...rest } = imported;
  expect([until, hold]).toHaveLength(2);
  expect(await saved(page)).toEqual({
    ...rest,
    id: 'rule-4',
    enabled: false,
    when: { all: [imported.when.all[0], { cel: 'value > 5' }] },
  });
});

test('a condition becomes JSON text to go on with', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-level').fill('5');
  await page.getByTestId('rule-kind').selectOption('json');
  expect(JSON.parse(await page.getByTestId('rule-json').inputValue())).toEqual({ value: { crosses_above: '5' } });
});

test('the preview shows the rule at work, and follows the form', async ({ page }) => {
  await add(page);
  const verdict = page.getByTestId('rule-preview-verdict');
  const place = async () => (await page.getByTestId('rule-preview').boundingBox())?.height;
  const height = await place();
  await rest(page);
  await expect(verdict).toHaveText('Once the condition is complete, this shows what it would have done.');
  expect(await lastOf(page, 'preview_rule')).toBeUndefined();
  await page.getByTestId('rule-kind').selectOption('words');
  await page.getByTestId('rule-words').fill('incident');
  await rest(page);
  await expect(verdict).toHaveText('Would have rung once in the last 24 hours');
  const alert = page.getByTestId('rule-preview-alert');
  await expect(alert).toContainText('14:36:00 Team chat');
  await expect(alert).toContainText('closing the incident then');
  expect(await place()).toBe(height);

  await page.getByTestId('rule-words').fill('o');
  await page.getByTestId('rule-more').click();
  await page.getByTestId('rule-for').fill('1m');
  await rest(page);
  await expect(verdict).toHaveText(/^Would have rung \d+ times in the last 24 hours$/);
  await expect(alert.first()).toContainText(/until \d\d:\d\d/);
  expect(await place()).toBe(height);

  await page.getByTestId('rule-words').fill('nobody says this');
  await rest(page);
  await expect(verdict).toHaveText(/^Would not have rung in the last 24 hours \(\d+ events looked at\)$/);
  await expect(alert).toHaveCount(0);
  await page.getByTestId('rule-words').fill('');
  await rest(page);
  await expect(verdict).toHaveText('Once the condition is complete, this shows what it would have done.');
});

test('what a feed sent stays text in the preview', async ({ page }) => {
  await add(page);
  await page.evaluate(() => {
    const preview = { since: 0, events: 200_000, complete: false, rings: 1234, alerts: [] as unknown[] };
    preview.alerts = [
      { at: Date.now(), feed: 'gone', event: null, body: '<b>bold</b>\n<img src=x>', resolved_at: null },
    ];
    if (window.story) window.story.previewRule = async () => structuredClone(preview) as never;
  });
  await page.getByTestId('rule-level').fill('5');
  await rest(page);
  await expect(page.getByTestId('rule-preview-verdict')).toHaveText(
    'Would have rung 1,234 times in the last 24 hours, the oldest events were left out',
  );
  await expect(page.getByTestId('rule-preview-alert')).toContainText('gone <b>bold</b> <img src=x>');
});

test('an error is shown at its row, and its first field has the focus', async ({ page }) => {
  await add(page);
  await page.getByTestId('rule-kind').selectOption('event');
  await page.getByTestId('rule-event').fill('alarm');
  await page.getByTestId('rule-add-condition').click();
  await row(page, 1).getByTestId('rule-kind').selectOption('text');
  await page.getByTestId('rule-save').click();
  await expect(row(page, 1).getByTestId('rule-error')).toHaveText('Fill in what it rings for.');
  await expect(row(page, 1).getByTestId('rule-pattern')).toBeFocused();

  await row(page, 1).getByTestId('rule-pattern').fill('(');
  await page.getByTestId('rule-name').focus();
  await rest(page);
  await expect(row(page, 1).getByTestId('rule-error')).toHaveText('This is no regular expression: unclosed group');
  await expect(page.getByTestId('rule-name')).toBeFocused();
  await page.getByTestId('rule-save').click();
  await expect(row(page, 1).getByTestId('rule-pattern')).toBeFocused();
  await row(page, 1).getByTestId('rule-pattern').fill('ok');
  await rest(page);
  await expect(page.getByTestId('rule-error')).toHaveCount(0);

  await page.getByTestId('rule-more').click();
  await page.getByTestId('rule-for').fill('soon');
  await page.getByTestId('rule-more').click();
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-error')).toContainText('“soon” is no length of time');
  await expect(page.getByTestId('rule-for')).toBeFocused();
  await page.getByTestId('rule-for').fill('');
  await page.getByTestId('rule-feeds-some').check();
  await page.getByTestId('rule-save').click();
  await expect(page.getByTestId('rule-error')).toHaveText('Choose at least one feed.');
  await expect(page.getByTestId('rule-feed').first()).toBeFocused();
});

test('a rule is built with the keyboard alone', async ({ page }) => {
  await open(page, { hash: '#/rules' });
  const { keyboard } = page;
  await page.getByTestId('add-rule').focus();
  await keyboard.press('Enter');
  await expect(page.getByTestId('rule-kind')).toBeFocused();
  await keyboard.type('nothing');
  await expect(page.getByTestId('rule-kind')).toHaveValue('silent_for');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(page.getByTestId('rule-span')).toBeFocused();
  await keyboard.type('5m');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(row(page, 1).getByTestId('rule-kind')).toBeFocused();
  await keyboard.type('the progress st');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.type('1h');
  await keyboard.press('Enter');
  await expect(page.getByTestId('rule-form')).toHaveCount(0);
  expect(await lastOf(page, 'rule')).toMatchObject({
    when: { all: [{ silent_for: '5m' }, { not: { progress: { stalls_for: '1h' } } }] },
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing in the dialog with everything in it', async ({ page }) => {
      await add(page);
      await fillOne(page);
      await expect(page.getByTestId('rule-preview-alert').first()).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await fillMore(page);
      await page.getByTestId('rule-save').click();
      await expect(page.getByTestId('rule-error')).toHaveCount(1);
      expect(await findings(page)).toEqual([]);
    });

    for (const locale of ['en', 'zh-CN']) {
      test.describe(locale, () => {
        test.use({ locale, viewport: { width: 480, height: 900 } });

        test('it fits a narrow window', async ({ page }) => {
          await add(page);
          await fillOne(page);
          await fillMore(page);
          const [form] = await page.getByTestId('rule-form').all();
          expect(await form?.evaluate((form) => form.scrollWidth - form.clientWidth)).toBe(0);
          await page.screenshot({ path: `test-results/pictures/rule-editor-${colorScheme}-${locale}-480.png` });
          await page.getByTestId('rule-name').scrollIntoViewIfNeeded();
          await page.screenshot({ path: `test-results/pictures/rule-editor-end-${colorScheme}-${locale}-480.png` });
        });
      });
    }
  });
}

/** One condition, and its preview. */
async function fillOne(page: Page): Promise<void> {
  await page.getByTestId('rule-kind').selectOption('field');
  await page.getByTestId('rule-path').fill('$.status');
  await page.getByTestId('rule-operand').fill('ok');
  await page.getByTestId('rule-more').click();
  await page.getByTestId('rule-for').fill('5m');
  await rest(page);
}

/** Another condition, not complete, and all that there is to choose. */
async function fillMore(page: Page): Promise<void> {
  await page.getByTestId('rule-add-until').click();
  await page.getByTestId('rule-add-condition').click();
  await row(page, 1).getByTestId('rule-kind').selectOption('changes_by_percent');
  await page.getByTestId('rule-feeds-some').check();
  await page.getByTestId('rule-gates').click();
  await page.getByTestId('rule-at-most').fill('5');
}

import { expect, type Page, test } from '@playwright/test';

import type { Preferences } from '../src/bindings/Preferences';
import { findings } from './axe';
import { lastOf, NOW, open } from './window';

const HASH = '#/settings/notifications';
const NIGHTS = {
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  from: '22:00',
  to: '07:00',
  except: null,
};

/** What the window last asked to keep. */
async function kept(page: Page): Promise<Preferences> {
  return (await lastOf(page, 'set_preferences')) as Preferences;
}

test('do not disturb is chosen with its end, and ended', async ({ page }) => {
  await open(page, { hash: HASH });
  const now = page.getByTestId('disturb-now');
  await expect(now).toHaveText('Off');
  await page.getByRole('button', { name: 'For 30 min' }).focus();
  await page.keyboard.press('Enter');
  await expect(now).toHaveText('On until 15:06');
  expect((await kept(page)).do_not_disturb_until).toBe(NOW.getTime() + 1_800_000);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(now).toHaveText('On until 15:36');
  await page.getByRole('button', { name: 'Until tomorrow, 07:00' }).click();
  expect((await kept(page)).do_not_disturb_until).toBe(new Date('2026-03-15T07:00+01:00').getTime());
  await expect(now).toHaveText('On until 07:00');
  await page.getByRole('button', { name: 'End now' }).focus();
  await page.keyboard.press('Enter');
  await expect(now).toHaveText('Off');
  expect((await kept(page)).do_not_disturb_until).toBeNull();
  await expect(page.getByTestId('disturb-minutes')).toBeFocused();
});

test('do not disturb is off when its time is over', async ({ page }) => {
  await open(page, { hash: HASH });
  await page.getByTestId('disturb-hour').click();
  await page.clock.fastForward('59:59');
  await expect(page.getByTestId('disturb-now')).toHaveText('On until 15:36');
  await page.clock.fastForward('00:02');
  await expect(page.getByTestId('disturb-now')).toHaveText('Off');
});

test('quiet hours are added, changed and removed with the keyboard', async ({ page }) => {
  await open(page, { hash: HASH });
  await page.getByTestId('quiet-add').focus();
  await page.keyboard.press('Enter');
  expect((await kept(page)).quiet_hours).toEqual([NIGHTS]);
  const words = page.getByTestId('quiet-words');
  await expect(words).toHaveText('Mon–Fri 22:00–07:00 the next day');
  await expect(page.getByRole('button', { name: 'Mon', pressed: true })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Mon', pressed: false })).toBeFocused();
  await expect(words).toHaveText('Tue–Fri 22:00–07:00 the next day');
  await page.getByLabel('From', { exact: true }).fill('9:05');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('09:05');
  await page.keyboard.type('17:30');
  await page.keyboard.press('Tab');
  await page.getByLabel('Let through').selectOption('Critical only');
  await expect(words).toHaveText('Tue–Fri 09:05–17:30, but not what is critical');
  const changed = { days: NIGHTS.days.slice(1), from: '09:05', to: '17:30', except: 'critical' };
  expect((await kept(page)).quiet_hours).toEqual([changed]);
  await page.getByTestId('quiet-add').click();
  expect((await kept(page)).quiet_hours).toEqual([changed, NIGHTS]);
  await page.getByRole('button', { name: 'Remove: Tue–Fri 09:05–17:30, but not what is critical' }).focus();
  await page.keyboard.press('Enter');
  expect((await kept(page)).quiet_hours).toEqual([NIGHTS]);
  await expect(page.getByTestId('quiet-add')).toBeFocused();
});

test('what is wrong with quiet hours is said at their row, and kept from the engine', async ({ page }) => {
  await open(page, { hash: HASH });
  await page.getByTestId('quiet-add').click();
  await page.getByTestId('quiet-add').click();
  const row = page.getByTestId('quiet-row').last();
  const error = page.getByTestId('quiet-error');
  await row.getByTestId('quiet-to').fill('25:00');
  await row.getByTestId('quiet-to').press('Enter');
  await expect(error).toHaveText('Not saved: “25:00” is no time of the day. Write it like 07:30 or 22:00.');
  await expect(row.getByTestId('quiet-to')).toHaveAttribute('aria-invalid', 'true');
  await expect(row.getByTestId('quiet-words')).toHaveText('Quiet hours 2');
  // Other preferences change meanwhile: what is being written stays.
  await page.getByTestId('disturb-hour').click();
  expect((await kept(page)).quiet_hours).toEqual([NIGHTS, NIGHTS]);
  await expect(row.getByTestId('quiet-to')).toHaveValue('25:00');
  await row.getByTestId('quiet-to').fill('6:00');
  await row.getByTestId('quiet-to').press('Enter');
  await expect(error).toHaveCount(0);
  expect((await kept(page)).quiet_hours).toEqual([NIGHTS, { ...NIGHTS, to: '06:00' }]);
  for (const day of NIGHTS.days) await row.locator(`[data-day=${day}]`).click();
  await expect(error).toHaveText('Not saved: choose at least one day.');
  expect((await kept(page)).quiet_hours).toEqual([NIGHTS, { ...NIGHTS, days: ['friday'], to: '06:00' }]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing in quiet hours, right and wrong', async ({ page }) => {
      await open(page, { hash: HASH });
      await page.getByTestId('disturb-hour').click();
      await page.getByTestId('quiet-add').click();
      await page.getByTestId('quiet-add').click();
      expect(await findings(page)).toEqual([]);
      await page.getByTestId('quiet-from').last().fill('soon');
      await page.getByTestId('quiet-from').last().press('Enter');
      for (const day of await page.getByTestId('quiet-row').first().getByTestId('quiet-day').all())
        if ((await day.getAttribute('aria-pressed')) === 'true') await day.click();
      await expect(page.getByTestId('quiet-error')).toHaveCount(2);
      expect(await findings(page)).toEqual([]);
    });

    for (const locale of ['en', 'zh-CN']) {
      test.describe(locale, () => {
        test.use({ locale, viewport: { width: 480, height: 900 } });

        test('they fit a narrow window', async ({ page }) => {
          await open(page, { hash: HASH });
          await page.getByTestId('quiet-add').click();
          const section = page.getByTestId('settings-notifications');
          expect(await section.evaluate((section) => section.scrollWidth - section.clientWidth)).toBe(0);
          await page.screenshot({ path: `test-results/pictures/notifications-${colorScheme}-${locale}-480.png` });
        });
      });
    }
  });
}

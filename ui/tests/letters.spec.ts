import { expect, test } from '@playwright/test';

import config from '../playwright.config';
import { walkRoom } from './rooms';
import { open } from './window';

// The user has told the system that letters shall be twice as large.
const { args = [] } = config.use?.launchOptions ?? {};
test.use({ launchOptions: { ...config.use?.launchOptions, args: [...args, '--blink-settings=defaultFontSize=32'] } });

for (const locale of ['en-GB', 'zh-CN']) {
  test.describe(locale, () => {
    test.use({ locale });

    test('letters of twice the size have room', async ({ page }) => {
      test.setTimeout(240_000);
      await open(page);
      expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe('28px');
      await walkRoom(page, `letters of 200 % ${locale}`);
    });
  });
}

import { expect, test } from '@playwright/test';

import { open, waitForFonts } from '../tests/window';
import { LOCALES, pictureOf, THEMES } from './album';
import { SCENES } from './scenes';

for (const theme of THEMES) {
  for (const locale of LOCALES) {
    test.describe(`${theme} ${locale}`, () => {
      test.use({ colorScheme: theme, locale, timezoneId: locale === 'zh-CN' ? 'Asia/Shanghai' : 'Europe/Berlin' });
      for (const { name, story, hash, narrow, prepare } of SCENES) {
        test(name, async ({ page }) => {
          await page.setViewportSize(narrow ? { width: 480, height: 840 } : { width: 1280, height: 840 });
          await open(page, { ...(story ? { story } : {}), ...(hash ? { hash } : {}) });
          await prepare?.(page);
          await waitForFonts(page);
          const path = pictureOf(name, theme, locale);
          await page.screenshot({ path, animations: 'disabled' });
          // What is wider than the window cannot be reached.
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
        });
      }
    });
  }
}

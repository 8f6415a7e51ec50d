import { mkdirSync } from 'node:fs';

import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { flaws } from './layout';
import { leave, SEEN, show } from './views';
import { waitForFonts } from './window';

const FOLDER = 'test-results/pictures/layout';

/**
 * Goes through every view and looks how it is laid out in the room that it has; and whether axe finds anything there.
 * Where something is wrong a picture is kept.
 */
export async function walkRoom(page: Page, room: string, axe = false): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await waitForFonts(page);
  for (const seen of SEEN) {
    await test.step(seen.name, async () => {
      await show(page, seen);
      const wrong = await flaws(page);
      if (axe) {
        wrong.push(...(await findings(page)));
        await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
      }
      if (wrong.length > 0)
        await page.screenshot({ path: `${FOLDER}/${seen.name} ${room}.png`.replaceAll(/[ ,%]+/g, '-') });
      expect.soft(wrong, seen.name).toEqual([]);
      await leave(page);
    });
  }
}

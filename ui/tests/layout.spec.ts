import { test } from '@playwright/test';

import { walkRoom } from './rooms';
import { open } from './window';

/** How much room there is. */
const ROOMS = [
  { room: 'usual', use: { viewport: { width: 1280, height: 840 } }, axe: true },
  { room: 'dark', use: { viewport: { width: 1280, height: 840 }, colorScheme: 'dark' as const }, axe: true },
  { room: '480 px', use: { viewport: { width: 480, height: 840 } }, axe: true },
  // What a zoom of 200 % leaves of the usual window.
  { room: 'zoom of 200 %', use: { viewport: { width: 640, height: 420 }, deviceScaleFactor: 2 } },
];

for (const { room, use, axe } of ROOMS) {
  for (const locale of ['en-GB', 'zh-CN']) {
    test.describe(`${room}, ${locale}`, () => {
      test.use({ ...use, locale });

      test('nothing is cut off, lies on something else or scrolls sideways, and axe finds nothing', async ({
        page,
      }) => {
        test.setTimeout(240_000);
        await open(page);
        // Colours and roles are the same in every language; names are not, and are the same in every room.
        await walkRoom(page, `${room} ${locale}`, axe && (locale === 'en-GB' || room === 'usual'));
      });
    });
  }
}

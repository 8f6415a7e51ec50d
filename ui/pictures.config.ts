import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

/** `make screenshots`: a picture of every view, to be looked at. Not part of the tests. */
export default defineConfig(tests, {
  testDir: 'pictures',
  outputDir: 'test-results/pictures-failed',
  globalTeardown: './pictures/album.ts',
  reporter: 'dot',
});

import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

/** The hub's page in a browser, against a real hub: `cargo test -p streambell-hub --test page` starts one and runs this. */
export default defineConfig({
  ...tests,
  globalSetup: undefined,
  testDir: 'hub',
  outputDir: 'test-results/hub',
  // A real hub on a machine that may have other things to do.
  timeout: 90_000,
  expect: { timeout: 30_000 },
  use: { ...tests.use, baseURL: process.env.STREAMBELL_HUB, permissions: ['clipboard-read', 'clipboard-write'] },
});

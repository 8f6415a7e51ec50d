import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results/browser',
  globalSetup: './tests/server.ts',
  fullyParallel: true,
  workers: 2,
  reporter: 'list',
  snapshotPathTemplate: '{testDir}/drawn/{arg}{ext}',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 840 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    launchOptions: {
      // Chromium without its own windows: the tests take half the time.
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});

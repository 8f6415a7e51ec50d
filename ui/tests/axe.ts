import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';

import { drawn } from './window';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare global {
  interface Window {
    axe?: { run(): Promise<AxeResults> };
  }
}

/** What axe-core finds wrong with the page as it is. */
export async function findings(page: Page): Promise<string[]> {
  await drawn(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  // Axe waits between its checks.
  await page.clock.resume();
  const results = await page.evaluate(() => window.axe?.run());
  return (results?.violations ?? []).map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join('\n')}`,
  );
}

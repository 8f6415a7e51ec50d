import { expect, type Page } from '@playwright/test';

import { card, go, offer } from './window';

/** Every view, dialog and menu of the window, and the way to it from anywhere. */
export interface Seen {
  name: string;
  hash: string;
  /** From the page on. */
  then?: (page: Page) => Promise<void>;
}

const press = (testid: string) => (page: Page) => page.getByTestId(testid).first().click();

export const PAGES: Seen[] = [
  { name: 'dashboard', hash: '#/' },
  { name: 'alerts', hash: '#/alerts' },
  { name: 'rules', hash: '#/rules' },
  { name: 'history', hash: '#/history' },
  { name: 'feed of prices', hash: '#/feed/btc' },
  { name: 'feed of talk', hash: '#/feed/chat' },
  { name: 'feed that is stopped', hash: '#/feed/deploys' },
  { name: 'feed that is gone', hash: '#/feed/gone' },
  ...['feeds', 'presets', 'general', 'notifications', 'storage', 'network', 'hub', 'diagnostics', 'about'].map(
    (section) => ({
      name: `settings, ${section}`,
      hash: `#/settings/${section}`,
    }),
  ),
];

export const OPENED: Seen[] = [
  { name: 'event', hash: '#/history', then: press('event-row') },
  {
    name: 'why',
    hash: '#/history',
    then: async (page) => {
      await press('event-row')(page);
      await press('event-why')(page);
      await expect(page.getByTestId('why-rule').first()).toBeVisible();
    },
  },
  { name: 'filter', hash: '#/history?type=state&key=sensor.hall', then: press('filter') },
  { name: 'menu of a card', hash: '#/', then: (page) => card(page, 'btc').getByTestId('card-menu').click() },
  {
    name: 'arranging',
    hash: '#/',
    then: async (page) => {
      await card(page, 'btc').getByTestId('card-menu').click();
      await page.getByTestId('card-arrange').press('ArrowRight');
      await expect(page.getByTestId('card-fit')).toBeVisible();
    },
  },
  { name: 'snooze', hash: '#/alerts', then: press('snooze') },
  {
    name: 'new feed',
    hash: '#/',
    then: async (page) => {
      await press('add-feed')(page);
      await page.getByTestId('feed-url').fill('https://a.example/prices');
      await page.getByTestId('feed-url').press('Tab');
      await page.clock.runFor(1000);
      await expect(page.getByTestId('sample').first()).toBeVisible();
      for (const fold of ['feed-fields', 'feed-place', 'feed-login', 'feed-network']) await openFold(page, fold);
      await page.getByTestId('feed-auth').selectOption('basic');
      await page.getByTestId('feed-header-add').click();
      await page.getByTestId('feed-proxy').selectOption('own');
    },
  },
  {
    name: 'services',
    hash: '#/',
    then: async (page) => {
      await services(page);
      for (const fold of ['feed-fields', 'feed-place', 'feed-login', 'feed-network']) await openFold(page, fold);
    },
  },
  {
    name: 'questions of a service',
    hash: '#/',
    then: async (page) => {
      await services(page);
      await page.locator('[data-testid=service][data-preset=pyth]').click();
      for (const fold of ['feed-fields', 'feed-place', 'feed-network']) await openFold(page, fold);
      await page.getByTestId('feed-save').click();
      await expect(page.getByTestId('feed-error')).toBeVisible();
    },
  },
  {
    name: 'preset of a feed',
    hash: '#/',
    then: async (page) => {
      await card(page, 'btc').getByTestId('card-menu').click();
      await page.getByTestId('card-preset').click();
      await expect(page.getByTestId('preset-form')).toBeVisible();
    },
  },
  {
    name: 'feed that a link offers',
    hash: '#/',
    then: async (page) => {
      await offer(page, { name: 'Prices', group: 'Money', had_login: true });
      await expect(page.getByTestId('offer')).toBeVisible();
      for (const fold of ['feed-fields', 'feed-login', 'feed-network']) await openFold(page, fold);
    },
  },
  {
    name: 'rule',
    hash: '#/rules',
    then: async (page) => {
      await press('rule-edit')(page);
      await expect(page.getByTestId('rule-form')).toBeVisible();
      await page.clock.runFor(500);
      await expect(page.getByTestId('rule-preview-alert').first()).toBeVisible();
      for (const fold of ['rule-more', 'rule-gates']) await openFold(page, fold);
      await page.getByTestId('rule-add-condition').click();
      await page.getByTestId('rule-add-until').click();
    },
  },
  {
    name: 'how long it is kept',
    hash: '#/settings/storage',
    then: async (page) => {
      await press('history-menu')(page);
      await page.getByTestId('history-keep').click();
      await expect(page.getByTestId('keep-form')).toBeVisible();
    },
  },
  {
    name: 'question',
    hash: '#/settings/storage',
    then: async (page) => {
      await press('backup-restore')(page);
      await expect(page.getByTestId('confirm')).toBeVisible();
    },
  },
  {
    name: 'replay',
    hash: '#/',
    then: async (page) => {
      await card(page, 'btc').getByTestId('card-menu').click();
      await page.getByTestId('card-replay').click();
      await expect(page.getByTestId('replay-mark').first()).toBeVisible();
      await page.getByTestId('replay-mark').first().focus();
    },
  },
  {
    name: 'palette',
    hash: '#/',
    then: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByTestId('palette-input')).toBeFocused();
    },
  },
  {
    name: 'keys',
    hash: '#/',
    then: async (page) => {
      await page.keyboard.press('?');
      await expect(page.getByTestId('keys')).toBeVisible();
    },
  },
];

export const SEEN = [...PAGES, ...OPENED];

/** Goes to it, from wherever the page is. */
export async function show(page: Page, { hash, then }: Seen): Promise<void> {
  await go(page, '#/settings/about');
  await go(page, hash);
  await expect(page.locator('main h2, main button, main [data-testid]').first()).toBeVisible();
  // What is measured is drawn in the next frame.
  await page.clock.runFor(100);
  await then?.(page);
  await page.clock.runFor(100);
}

/** Closes what it opened. */
export async function leave(page: Page): Promise<void> {
  const above = page.locator('[role=dialog], [role=alertdialog], [role=menu]');
  for (let open = await above.count(); open > 0; open = await above.count()) {
    await page.keyboard.press('Escape');
    await expect
      .poll(async () => {
        await page.clock.runFor(100);
        return above.count();
      })
      .toBeLessThan(open);
  }
}

async function openFold(page: Page, testid: string): Promise<void> {
  const fold = page.locator('details', { has: page.getByTestId(testid) });
  if ((await fold.getAttribute('open')) === null) await page.getByTestId(testid).click();
}

async function services(page: Page): Promise<void> {
  await press('add-feed')(page);
  await expect(page.getByTestId('service').first()).toBeVisible();
}

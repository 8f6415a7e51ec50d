import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { card, open } from './window';

/** The groups from top to bottom. */
function groups(page: Page): Promise<(string | undefined)[]> {
  return page.getByTestId('section').evaluateAll((sections) => sections.map((section) => section.dataset.group));
}

/** The dashboard with three groups behind what is in none. */
async function begin(page: Page): Promise<void> {
  await open(page);
  await page.evaluate(async () => {
    await window.story?.groupFeed('chat', 'Team');
    await window.story?.groupFeed('build', 'Builds');
    await window.story?.orderFeeds(['cup', 'btc', 'shop', 'chat', 'build', 'news', 'tasks', 'sensors', 'deploys']);
  });
  await expect.poll(() => groups(page)).toEqual(['', 'Prices', 'Team', 'Builds']);
}

const head = (page: Page, group: string) =>
  page.locator(`[data-testid=section][data-group="${group}"]`).getByTestId('section-fold');

/** What the next page of the tab finds: what the engine would have kept. */
async function expectKept(page: Page, wanted: string[]): Promise<void> {
  await expect.poll(() => groups(page)).toEqual(wanted);
  await page.reload();
  await expect(card(page, 'cup')).toBeVisible();
  expect(await groups(page)).toEqual(wanted);
}

test('a group is moved with the keyboard, and stays so', async ({ page }) => {
  await begin(page);
  await head(page, 'Builds').focus();
  await page.keyboard.press('Control+ArrowUp');
  await expect(page.getByTestId('arranged')).toHaveText('Builds: group 2 of 3');
  await expect(head(page, 'Builds')).toBeFocused();
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('Control+ArrowUp');
  await expect(page.getByTestId('arranged')).toHaveText('Builds: group 1 of 3');
  await page.keyboard.press('Control+ArrowDown');
  await expectKept(page, ['', 'Prices', 'Builds', 'Team']);
});

test('a group is moved from its menu', async ({ page }) => {
  await begin(page);
  const menu = (group: string) =>
    page.locator(`[data-testid=section][data-group="${group}"]`).getByTestId('group-menu');
  await menu('Prices').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('group-up')).toHaveCount(0);
  await page.getByTestId('group-down').press('Enter');
  await expectKept(page, ['', 'Team', 'Prices', 'Builds']);
});

test('a group is dragged by its head to where it is shown that it will land', async ({ page }) => {
  await begin(page);
  // Folded, all heads are in sight.
  for (const group of ['Prices', 'Team', 'Builds']) await head(page, group).click();
  const [from, to] = [await head(page, 'Builds').boundingBox(), await head(page, 'Prices').boundingBox()];
  if (!from || !to) throw new Error('no heads');
  const drag = async () => {
    await page.mouse.move(from.x + 30, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 30, from.y - 10);
    await page.mouse.move(to.x + 30, to.y + 2);
  };
  await drag();
  await expect(page.locator('section.before')).toHaveAttribute('data-group', 'Prices');
  expect(await groups(page)).toEqual(['', 'Prices', 'Team', 'Builds']); // nothing is done yet
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await groups(page)).toEqual(['', 'Prices', 'Team', 'Builds']);
  await drag();
  await page.mouse.up();
  await expect(head(page, 'Builds')).toHaveAttribute('aria-expanded', 'false'); // and no click was meant
  await expectKept(page, ['', 'Builds', 'Prices', 'Team']);
});

test('a card is put into another group, a new one and none from its menu, by keyboard alone', async ({ page }) => {
  await begin(page);
  const choose = async (name: string) => {
    await card(page, 'news').getByTestId('card-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('card-group').press('ArrowRight');
    await page.getByRole(/…/.test(name) ? 'menuitem' : 'menuitemcheckbox', { name }).press('Enter');
  };
  const group = () => card(page, 'news').locator('xpath=ancestor::section').getAttribute('data-group');
  await choose('Team');
  await expect.poll(group).toBe('Team');
  await expect(page.getByTestId('arranged')).toHaveText('News: place 2 of 2 in Team');
  await expect(card(page, 'news').getByRole('link', { name: 'News', exact: true })).toBeFocused();
  await choose('New group…');
  await page.getByTestId('group-name').fill(' Reading ');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(group).toBe('Reading');
  await expectKept(page, ['', 'Prices', 'Team', 'Builds', 'Reading']);
  await page.clock.runFor(500);
  await choose('Without a group');
  await expect.poll(group).toBe('');
});

test('what the engine refuses goes back', async ({ page }) => {
  await begin(page);
  await page.evaluate(() => {
    if (window.story) window.story.orderFeeds = () => Promise.reject({ code: 'io', message: 'The disk is full.' });
  });
  await head(page, 'Builds').focus();
  await page.keyboard.press('Control+ArrowUp');
  await expect(page.getByTestId('toast')).toContainText('The disk is full.');
  expect(await groups(page)).toEqual(['', 'Prices', 'Team', 'Builds']);
});

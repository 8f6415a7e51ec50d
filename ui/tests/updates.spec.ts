import { expect, type Page, test } from '@playwright/test';

import { findings } from './axe';
import { go, lastOf, open } from './window';

const HASH = '#/settings/about';

/** The window of a program that looks after its updates itself, with what it finds. */
async function about(page: Page, newest: string | null, failing = false): Promise<void> {
  await open(page);
  await page.evaluate(
    ({ newest, failing }) => {
      const { story } = window;
      if (!story) return;
      story.newest = newest;
      if (!failing) return;
      const answer = story.lookForUpdate.bind(story);
      story.lookForUpdate = async () => {
        story.lookForUpdate = answer;
        throw { code: 'no_update', message: 'No newer version could be fetched. Try again later.' };
      };
    },
    { newest, failing },
  );
  await go(page, HASH);
}

test('where others keep it up to date, it says so and looks for nothing', async ({ page }) => {
  await open(page, { hash: HASH });
  await expect(page.getByTestId('settings-about')).toContainText('New versions come from where you got this one');
  await expect(page.getByTestId('update')).toHaveCount(0);
});

test('a newer version is looked for when it is asked to, and installed', async ({ page }) => {
  await about(page, '0.2.0');
  const update = page.getByTestId('update');
  await update.getByRole('button', { name: 'Look for a newer version' }).click();
  await expect(update).toContainText('Version 0.2.0 is there.');
  expect(await findings(page)).toEqual([]);
  await update.getByRole('button', { name: 'Install it and restart' }).click();
  await expect(update).toContainText('Streambell restarts by itself.');
  expect(await lastOf(page, 'install_update')).toBe('0.2.0');
});

test('the newest version is told to be it', async ({ page }) => {
  await about(page, null);
  const update = page.getByTestId('update');
  await update.getByRole('button').click();
  await expect(update.getByRole('status')).toHaveText('This is the newest version.');
});

test('what could not be looked for says why, and is looked for again', async ({ page }) => {
  await about(page, '0.2.0', true);
  const update = page.getByTestId('update');
  await update.getByRole('button').click();
  await expect(update.getByRole('alert')).toContainText('No newer version could be fetched.');
  await update.getByRole('button', { name: 'Try again' }).click();
  await expect(update).toContainText('Version 0.2.0 is there.');
});

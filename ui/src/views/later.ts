import { idle } from '../shared/idle';

/** What is not seen at first: pages by their names. Each is loaded when it is seen, or before, when there is time. */
export const PAGES = {
  alerts: () => import('./AlertsPage.svelte'),
  rules: () => import('./RulesPage.svelte'),
  history: () => import('./HistoryPage.svelte'),
  settings: () => import('./SettingsPage.svelte'),
  feed: () => import('./FeedPage.svelte'),
};

/** What opens above them. */
export const SHEETS = {
  palette: () => import('./Palette.svelte'),
  feed: () => import('../feeds/FeedDialog.svelte'),
  rule: () => import('../rules/RuleDialog.svelte'),
  preset: () => import('../presets/KeepDialog.svelte'),
  group: () => import('../feeds/GroupDialog.svelte'),
  replay: () => import('../replay/ReplayDialog.svelte'),
  keys: () => import('./KeySheet.svelte'),
};

/** Loads everything one by one while nothing else is to do: what opens at a key is there when it is pressed. */
export async function loadAhead(): Promise<void> {
  for (const load of [...Object.values(SHEETS), ...Object.values(PAGES)]) {
    await idle();
    // What can not be loaded is told of when it is wanted.
    await load().catch(() => {});
  }
}

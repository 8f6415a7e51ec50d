import { idle } from '../shared/idle';

/**
 * Loads a part once, however often it is asked for. Asked for one while it was on its way, WebKitGTK was seen to leave
 * the second without an answer.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let part: Promise<T> | undefined;
  return () => (part ??= load());
}

/** What is not seen at first: pages by their names. Each is loaded when it is seen, or before, when there is time. */
export const PAGES = {
  alerts: once(() => import('./AlertsPage.svelte')),
  rules: once(() => import('./RulesPage.svelte')),
  history: once(() => import('./HistoryPage.svelte')),
  settings: once(() => import('./SettingsPage.svelte')),
  feed: once(() => import('./FeedPage.svelte')),
};

/** What opens above them. */
export const SHEETS = {
  palette: once(() => import('./Palette.svelte')),
  feed: once(() => import('../feeds/FeedDialog.svelte')),
  rule: once(() => import('../rules/RuleDialog.svelte')),
  preset: once(() => import('../presets/KeepDialog.svelte')),
  group: once(() => import('../feeds/GroupDialog.svelte')),
  replay: once(() => import('../replay/ReplayDialog.svelte')),
  keys: once(() => import('./KeySheet.svelte')),
};

/** Loads everything one by one while nothing else is to do: what opens at a key is there when it is pressed. */
export async function loadAhead(): Promise<void> {
  for (const load of [...Object.values(SHEETS), ...Object.values(PAGES)]) {
    await idle();
    // What can not be loaded is told of when it is wanted.
    await load().catch(() => {});
  }
}

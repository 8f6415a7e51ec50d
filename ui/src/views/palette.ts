import { m } from '../paraglide/messages';
import { isolated } from '../shared/text';
import type { App } from '../state/app.svelte';
import { address, type Route, SECTIONS } from '../state/route.svelte';

/** A line of the palette. */
export interface Entry {
  id: string;
  label: string;
  /** What kind of thing it is, in words. */
  kind: string;
  /** Keys that do the same. */
  keys?: string;
  run: () => void;
}

/** Where single keys lead, after `g`. */
export const PLACES: { key: string; route: Route; name: () => string }[] = [
  { key: 'd', route: { page: 'dashboard' }, name: m.dashboard },
  { key: 'a', route: { page: 'alerts' }, name: m.alerts },
  { key: 'r', route: { page: 'rules' }, name: m.rules },
  { key: 'h', route: { page: 'history', search: '', feed: '' }, name: m.history },
  { key: 's', route: { page: 'settings', section: 'feeds' }, name: m.settings },
];

/** Everything that the palette can do. */
export function entries(app: App): Entry[] {
  return [...pages(app), ...feeds(app), ...actions(app), ...settings(app), ...rules(app)];
}

function pages(app: App): Entry[] {
  return PLACES.map(({ key, route, name }) => ({
    id: `page-${route.page}`,
    label: name(),
    kind: m.palette_pages(),
    keys: `g ${key}`,
    run: () => app.router.go(route),
  }));
}

function feeds(app: App): Entry[] {
  return app.store.feeds.map(({ id, feed }) => ({
    id: `feed-${id}`,
    label: feed.name,
    kind: m.palette_feeds(),
    run: () => app.router.go({ page: 'feed', id }),
  }));
}

function actions(app: App): Entry[] {
  const kind = m.palette_actions();
  const { store } = app;
  const { paused, do_not_disturb_until: quiet } = store.preferences;
  const isQuiet = quiet !== null && quiet > Date.now();
  const firing = store.alerts.filter(({ state }) => state === 'firing');
  const action = (id: string, label: string, run: () => void, keys?: string): Entry => ({
    id,
    label,
    kind,
    run,
    ...(keys ? { keys } : {}),
  });
  return [
    action('add-feed', m.add_feed(), () => (app.sheet = { kind: 'feed' }), 'n'),
    action('add-rule', m.add_rule(), () => (app.sheet = { kind: 'rule' })),
    paused
      ? action('resume-all', m.resume_all(), () => void app.run((backend) => backend.resumeAll()))
      : action('pause-all', m.pause_all(), () => void app.run((backend) => backend.pauseAll())),
    isQuiet
      ? action('quiet-end', m.palette_quiet_end(), () => void app.setPreferences({ do_not_disturb_until: null }))
      : action(
          'quiet-hour',
          m.palette_quiet_hour(),
          () => void app.setPreferences({ do_not_disturb_until: Date.now() + 3_600_000 }),
        ),
    ...(firing.length > 0
      ? [
          action(
            'acknowledge-all',
            m.acknowledge_all(),
            () =>
              void app.run(async (backend) => {
                for (const { id } of firing) await backend.acknowledgeAlert(id);
              }),
          ),
        ]
      : []),
    ...(store.unreadAlerts > 0
      ? [action('read-alerts', m.mark_all_read(), () => void app.run((backend) => backend.readAlerts()))]
      : []),
    ...store.feeds.flatMap(({ id, feed, status }) => [
      status.type === 'paused'
        ? action(
            `feed-resume-${id}`,
            m.palette_resume({ name: isolated(feed.name) }),
            () => void app.run((backend) => backend.resumeFeed(id)),
          )
        : action(
            `feed-pause-${id}`,
            m.palette_pause({ name: isolated(feed.name) }),
            () => void app.run((backend) => backend.pauseFeed(id)),
          ),
      action(
        `feed-edit-${id}`,
        m.palette_edit({ name: isolated(feed.name) }),
        () => (app.sheet = { kind: 'feed', feed }),
      ),
    ]),
    action('replay', m.replay(), () => void app.replay(null)),
    action('keys', m.keys(), () => (app.sheet = { kind: 'keys' }), '?'),
  ];
}

function settings(app: App): Entry[] {
  const kind = m.palette_settings();
  const themes = { system: m.theme_system, light: m.theme_light, dark: m.theme_dark };
  return [
    ...SECTIONS.map((section) => ({
      id: `section-${section}`,
      label: `${m.settings()}: ${m[`section_${section}`]()}`,
      kind,
      run: () => app.router.go({ page: 'settings', section }),
    })),
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      id: `theme-${theme}`,
      label: m.palette_theme({ theme: themes[theme]() }),
      kind,
      run: () => void app.setPreferences({ theme }),
    })),
  ];
}

function rules(app: App): Entry[] {
  return app.store.rules.map((rule) => ({
    id: `rule-${rule.id}`,
    label: rule.name,
    kind: m.palette_rules(),
    run: () => (app.sheet = { kind: 'rule', rule }),
  }));
}

/** What finds anything that was typed: the history. */
export function searchEntry(app: App, words: string): Entry {
  return {
    id: 'search-history',
    label: m.palette_search({ words }),
    kind: m.history(),
    run: () => (location.hash = address({ page: 'history', search: words, feed: '' })),
  };
}

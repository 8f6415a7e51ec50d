import type { Auth } from '../bindings/Auth';
import type { Feed } from '../bindings/Feed';
import type { FeedDraft } from '../bindings/FeedDraft';
import type { Limits } from '../bindings/Limits';
import type { Mapping } from '../bindings/Mapping';
import type { Notify } from '../bindings/Notify';
import type { View } from '../bindings/View';

export interface HeaderRow {
  name: string;
  value: string;
  /** Its value is in the key ring; left empty, it stays there. */
  kept: boolean;
}

/** What the form edits: texts, so that nothing is lost between two keys. */
export interface FeedForm {
  url: string;
  name: string;
  group: string;
  /** The feed that it hangs on; empty: none. */
  parent: string;
  view: View | '';
  notify: Notify;
  auth: 'none' | Auth['type'];
  user: string;
  /** Password or token. */
  secret: string;
  /** The login whose secret is in the key ring. */
  kept: 'none' | Auth['type'];
  headers: HeaderRow[];
  map: Record<keyof Mapping, string>;
}

export const FIELDS = [
  'title',
  'body',
  'value',
  'unit',
  'key',
  'progress',
  'total',
  'state',
  'priority',
  'link',
  'time',
  'home',
  'away',
  'home_score',
  'away_score',
] as const satisfies (keyof Mapping)[];

/** The form of a new feed, or of one that is there. */
export function formOf(feed?: Feed): FeedForm {
  const kept = feed?.auth?.type ?? 'none';
  return {
    url: feed?.url ?? '',
    name: feed?.name ?? '',
    group: feed?.group ?? '',
    parent: feed?.parent ?? '',
    view: feed?.view ?? '',
    notify: feed?.notify ?? 'rules',
    auth: kept,
    user: feed?.auth?.type === 'basic' ? feed.auth.user : '',
    secret: '',
    kept,
    headers: Object.keys(feed?.headers ?? {}).map((name) => ({ name, value: '', kept: true })),
    map: Object.fromEntries(FIELDS.map((field) => [field, feed?.map?.[field] ?? ''])) as FeedForm['map'],
  };
}

/** What the engine is sent. A secret that was left empty is left out: the key ring keeps what it has. */
export function draftOf(form: FeedForm, feed?: Feed): FeedDraft {
  const auth = authOf(form);
  return {
    ...(feed ? { id: feed.id, enabled: feed.enabled } : {}),
    name: form.name.trim(),
    url: form.url.trim(),
    ...(form.group.trim() ? { group: form.group.trim() } : {}),
    ...(form.parent ? { parent: form.parent } : {}),
    ...(form.view ? { view: form.view } : {}),
    notify: form.notify,
    ...(auth ? { auth } : {}),
    headers: Object.fromEntries(
      form.headers
        .filter((header) => header.name.trim() !== '')
        .map(({ name, value, kept }) => [name.trim(), kept && value === '' ? null : value]),
    ),
    map: Object.fromEntries(
      Object.entries(form.map).flatMap(([field, path]) => (path.trim() ? [[field, path.trim()]] : [])),
    ),
    // The form has no fields for these; what the feed has is kept.
    ...(feed?.proxy ? { proxy: feed.proxy } : {}),
    ...(feed?.tls ? { tls: feed.tls } : {}),
    // What is left out takes the engine's own bounds.
    limits: feed?.limits ?? ({} as Limits),
  };
}

function authOf({ auth, user, secret }: FeedForm): Auth | undefined {
  switch (auth) {
    case 'none':
      return undefined;
    case 'basic':
      return { type: auth, user: user.trim(), ...(secret ? { password: secret } : {}) };
    case 'bearer':
      return { type: auth, ...(secret ? { token: secret } : {}) };
  }
}

/** The host of an address as the user types it; empty while there is none. */
export function hostOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).host : '';
}

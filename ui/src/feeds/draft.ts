import type { Auth } from '../bindings/Auth';
import type { Dialect } from '../bindings/Dialect';
import type { Feed } from '../bindings/Feed';
import type { FeedDraft } from '../bindings/FeedDraft';
import type { LimitsDraft } from '../bindings/LimitsDraft';
import type { Mapping } from '../bindings/Mapping';
import type { Notify } from '../bindings/Notify';
import type { Offer } from '../bindings/Offer';
import type { Pasted } from '../bindings/Pasted';
import type { PresetUse } from '../bindings/PresetUse';
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
  /** Of the address, that carries the token. */
  parameter: string;
  /** Password or token. */
  secret: string;
  /** The login whose secret is in the key ring. */
  kept: 'none' | Auth['type'];
  headers: HeaderRow[];
  /** The way to the server. */
  proxy: 'system' | 'direct' | 'own';
  /** The address of a proxy of its own. */
  proxyUrl: string;
  /** Certificates and the key, as the text of their files; empty: none. */
  roots: string;
  client: string;
  key: string;
  /** The client certificate whose key is in the key ring. */
  keptClient: string;
  map: Record<keyof Mapping, string>;
  /** What a preset knows of the service, and what it was asked for; the form has no fields for these. */
  dialect: Dialect;
  preset: PresetUse | undefined;
  limits: LimitsDraft;
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

/** A field that is chosen in the form; `each` is the preset's. */
export type Field = (typeof FIELDS)[number];

const MAPPED: readonly (keyof Mapping)[] = ['each', ...FIELDS];

/**
 * The form of a new feed, of one that is there, or of one that a preset makes; `kept`: the one whose secrets are in the
 * key ring.
 */
export function formOf(feed?: Feed | FeedDraft, kept = feed): FeedForm {
  const auth: Auth | null | undefined = feed?.auth;
  return {
    url: feed?.url ?? '',
    name: feed?.name ?? '',
    group: feed?.group ?? '',
    parent: feed?.parent ?? '',
    view: feed?.view ?? '',
    notify: feed?.notify ?? 'rules',
    auth: auth?.type ?? 'none',
    user: auth?.type === 'basic' ? auth.user : '',
    parameter: auth?.type === 'query' ? auth.parameter : '',
    secret: (auth?.type === 'basic' ? auth.password : auth?.token) ?? '',
    kept: kept?.auth?.type ?? 'none',
    headers: Object.entries(feed?.headers ?? {}).map(([name, value]) => ({
      name,
      value: value ?? '',
      kept: value === null,
    })),
    proxy: feed?.proxy ? (feed.proxy === 'direct' ? 'direct' : 'own') : 'system',
    proxyUrl: feed?.proxy && feed.proxy !== 'direct' ? feed.proxy : '',
    roots: feed?.tls?.roots ?? '',
    client: feed?.tls?.client ?? '',
    key: '',
    keptClient: kept?.tls?.client ?? '',
    map: Object.fromEntries(MAPPED.map((field) => [field, feed?.map?.[field] ?? ''])) as FeedForm['map'],
    dialect: feed?.dialect ?? {},
    preset: feed?.preset ?? undefined,
    limits: feed?.limits ?? {},
  };
}

/** The form of a new feed as a link offers it. */
export function formOfOffer({ url, name, group, view }: Offer): FeedForm {
  return { ...formOf(), url, name, group: group ?? '', view: view ?? '' };
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
    map: mapOf(form),
    ...routeOf(form),
    ...(Object.keys(form.dialect).length > 0 ? { dialect: form.dialect } : {}),
    ...(form.preset ? { preset: form.preset } : {}),
    // What is left out is as of all new feeds.
    limits: form.limits,
  };
}

/** The mapping without the fields that are left to be guessed. */
export function mapOf({ map }: FeedForm): Mapping {
  return Object.fromEntries(
    Object.entries(map).flatMap(([field, path]) => (path.trim() ? [[field, path.trim()]] : [])),
  ) as Mapping;
}

function routeOf({ proxy, proxyUrl, roots, client, key }: FeedForm): Pick<FeedDraft, 'proxy' | 'tls'> {
  const tls = { ...(roots ? { roots } : {}), ...(client ? { client } : {}), ...(client && key ? { key } : {}) };
  return {
    ...(proxy === 'direct' ? { proxy } : proxy === 'own' ? { proxy: proxyUrl.trim() } : {}),
    ...(Object.keys(tls).length > 0 ? { tls } : {}),
  };
}

/** Takes over what was pasted: of a command everything that it says. */
export function fill(form: FeedForm, { draft, command }: Pasted): void {
  form.url = draft.url;
  if (!command) return;
  form.headers = Object.entries(draft.headers).map(([name, value]) => ({ name, value: value ?? '', kept: false }));
  form.auth = draft.auth?.type ?? 'none';
  form.user = draft.auth?.type === 'basic' ? draft.auth.user : '';
  form.parameter = draft.auth?.type === 'query' ? draft.auth.parameter : '';
  form.secret = (draft.auth?.type === 'basic' ? draft.auth.password : draft.auth?.token) ?? '';
  // Another login than the one in the key ring.
  form.kept = 'none';
  form.proxy = draft.proxy ? (draft.proxy === 'direct' ? 'direct' : 'own') : 'system';
  form.proxyUrl = draft.proxy && draft.proxy !== 'direct' ? draft.proxy : '';
}

/** Takes over what a preset makes of other answers, wherever the form is still as it was `before` them. */
export function refill(form: FeedForm, before: FeedForm, after: FeedForm): void {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const { url, preset, map, headers, ...rest } = after;
  for (const [key, value] of Object.entries(rest)) {
    const field = key as keyof typeof rest;
    if (same(form[field], before[field])) Object.assign(form, { [field]: value });
  }
  for (const field of MAPPED) if (form.map[field] === before.map[field]) form.map[field] = map[field];
  const others = form.headers.filter(({ name }) => !before.headers.some((header) => header.name === name));
  // What is answered decides about these, and nobody else.
  Object.assign(form, { url, preset, headers: [...headers, ...others] });
}

/** Whether a text is an address already, and nothing else. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s<>"]+$/i.test(text.trim()) && URL.canParse(text.trim());
}

/** Whether all is there that a request needs. */
export function isComplete({ auth, secret, kept, headers }: FeedForm): boolean {
  const hasLogin = auth === 'none' || secret !== '' || auth === kept;
  return hasLogin && headers.every(({ name, value, kept }) => kept || (name.trim() === '') === (value === ''));
}

/** Whether a request has something in it that only its server may see. */
export function hasSecrets({ auth, headers, client }: FeedForm): boolean {
  return auth !== 'none' || headers.length > 0 || client !== '';
}

function authOf({ auth, user, parameter, secret }: FeedForm): Auth | undefined {
  switch (auth) {
    case 'none':
      return undefined;
    case 'basic':
      return { type: auth, user: user.trim(), ...(secret ? { password: secret } : {}) };
    case 'bearer':
      return { type: auth, ...(secret ? { token: secret } : {}) };
    case 'query':
      return { type: auth, parameter: parameter.trim(), ...(secret ? { token: secret } : {}) };
  }
}

/** The host of an address as the user types it; empty while there is none. */
export function hostOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).host : '';
}

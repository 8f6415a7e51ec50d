import { describe, expect, it } from 'vitest';

import type { Feed } from '../bindings/Feed';
import { draftOf, fill, formOf, hostOf, isAddress, isComplete, refill } from './draft';
import { faultOf, flawOf } from './fault';

/** With all that a feed can have, so that what the form forgets is seen. */
const FEED: Required<Feed> = {
  id: 'shop',
  name: 'Shop',
  url: 'https://shop.example/sse',
  group: 'Town',
  parent: 'router',
  proxy: 'direct',
  tls: { roots: '/etc/shop.pem' },
  view: 'price',
  notify: 'all',
  enabled: false,
  headers: { 'X-Key': null },
  auth: { type: 'basic', user: 'mia' },
  map: { each: '$.all[*]', value: '$.p' },
  dialect: { id: '$.id', resume: 'none' },
  preset: { id: 'ntfy', answers: { topics: 'shop' } },
  limits: { max_event_bytes: 1, idle_seconds: null, keep_days: 3, keep_megabytes: 4 },
};

describe('a draft', () => {
  it('of a feed that was not touched changes nothing and sends no secret', () => {
    expect(draftOf(formOf(FEED), FEED)).toEqual(FEED);
  });

  it.each([
    { type: 'basic' as const, user: 'mia' },
    { type: 'bearer' as const },
    { type: 'query' as const, parameter: 'auth' },
  ])('keeps a login of the kind $type, and takes a new secret for it', (auth) => {
    const form = formOf({ ...FEED, auth });
    expect(draftOf(form, FEED).auth).toEqual(auth);
    expect(isComplete(form)).toBe(true);
    const secret = auth.type === 'basic' ? { password: 's3' } : { token: 's3' };
    expect(draftOf({ ...form, secret: 's3' }, FEED).auth).toEqual({ ...auth, ...secret });
    expect(formOf({ ...FEED, auth: { ...auth, ...secret } }).secret).toBe('s3');
  });

  it('of a new feed leaves to the engine what was left empty', () => {
    const draft = draftOf({ ...formOf(), url: ' https://x.example/ ' });
    expect(draft).toEqual({ name: '', url: 'https://x.example/', notify: 'rules', headers: {}, map: {}, limits: {} });
  });

  it('carries new secrets, and drops headers without a name', () => {
    const form = { ...formOf(FEED), auth: 'bearer' as const, secret: 's3' };
    form.headers = [
      { name: 'X-Key', value: 'new', kept: true },
      { name: ' ', value: 'lost', kept: false },
      { name: 'X-Empty', value: '', kept: false },
    ];
    expect(draftOf(form, FEED)).toMatchObject({
      headers: { 'X-Key': 'new', 'X-Empty': '' },
      auth: { type: 'bearer', token: 's3' },
    });
  });

  it('names the host of what is an address', () => {
    expect([hostOf('https://a.example:8/x'), hostOf('nonsense'), hostOf('')]).toEqual(['a.example:8', '', '']);
  });

  it('carries the way to the server, and a key only with its certificate', () => {
    const form = { ...formOf(), url: 'https://x.example/', proxy: 'own' as const, proxyUrl: ' http://p:1 ' };
    expect(draftOf({ ...form, roots: 'R', client: 'C', key: 'K' })).toMatchObject({
      proxy: 'http://p:1',
      tls: { roots: 'R', client: 'C', key: 'K' },
    });
    expect(draftOf({ ...form, proxy: 'system', key: 'K' })).not.toHaveProperty('tls');
  });

  it('takes over everything of a command, and of an address nothing else', () => {
    const form = formOf(FEED);
    const draft = { ...draftOf(formOf()), url: 'https://y.example/' };
    fill(form, { draft, command: false, notes: [], preset: null });
    expect(form).toEqual({ ...formOf(FEED), url: 'https://y.example/' });
    const auth = { type: 'basic' as const, user: 'mia', password: 'pw' };
    fill(form, {
      draft: { ...draft, auth, headers: { 'X-A': '1' }, proxy: 'direct' },
      command: true,
      notes: [],
      preset: null,
    });
    expect(draftOf(form, FEED)).toMatchObject({ url: draft.url, auth, headers: { 'X-A': '1' }, proxy: 'direct' });
  });

  it('is filled anew where it is as it was filled before, and what the user changed stays', () => {
    const filled = (topic: string, token?: string) => {
      const draft = { ...draftOf(formOf()), name: topic, url: `https://ntfy.sh/${topic}/sse`, map: { title: topic } };
      const headers = { 'X-Topic': topic };
      return formOf({ ...draft, headers, preset: { id: 'ntfy', answers: { topic } }, ...(token && bearer(token)) });
    };
    const bearer = (token: string) => ({ auth: { type: 'bearer' as const, token } });
    const [none, one, two] = [formOf(), filled('one'), filled('two', 's3')];
    const form = formOf();
    refill(form, none, one);
    expect(form).toEqual(one);
    Object.assign(form, { name: 'Mine', headers: [...form.headers, { name: 'X-Mine', value: '', kept: true }] });
    form.map.body = '$.mine';
    refill(form, one, two);
    expect(form).toMatchObject({ name: 'Mine', url: two.url, auth: 'bearer', secret: 's3', preset: two.preset });
    expect(form.headers.map(({ name, value }) => `${name}: ${value}`)).toEqual(['X-Topic: two', 'X-Mine: ']);
    expect([form.map.title, form.map.body]).toEqual(['two', '$.mine']);
    refill(form, two, { ...none, url: 'https://ntfy.sh/two' });
    expect(form).toMatchObject({ name: 'Mine', url: 'https://ntfy.sh/two', auth: 'none', secret: '' });
    expect([form.preset, form.map.title]).toEqual([undefined, '']);
  });

  it('says where it is wrong', () => {
    const form = { ...formOf(), url: 'https://x.example/' };
    expect(flawOf(form)).toBeUndefined();
    expect(flawOf({ ...form, proxy: 'own' })?.place).toBe('proxy');
    expect(flawOf({ ...form, client: 'C' })?.place).toBe('key');
    expect(flawOf({ ...form, client: 'C', keptClient: 'C' })).toBeUndefined();
    expect(flawOf({ ...form, key: 'K' })?.place).toBe('client');
    expect(faultOf({ code: 'invalid', message: 'map.value: wrong' })).toEqual({ place: 'map.value', reason: 'wrong' });
    expect(faultOf({ code: 'invalid', message: 'answers.topics: no: no' })).toEqual({
      place: 'answers.topics',
      reason: 'no: no',
    });
    expect(faultOf({ code: 'bad_url', message: 'No.' })).toEqual({ place: 'url', reason: 'No.' });
  });

  it('is complete when no secret is missing', () => {
    const header = (name: string, value: string, kept = false) => ({ ...formOf(), headers: [{ name, value, kept }] });
    expect(isComplete(formOf())).toBe(true);
    expect(isComplete(formOf(FEED))).toBe(true);
    expect(isComplete({ ...formOf(FEED), auth: 'bearer' })).toBe(false);
    expect([header('X-A', '1'), header('X-A', '', true), header('', '')].map(isComplete)).toEqual([true, true, true]);
    expect([header('X-A', ''), header('', '1')].map(isComplete)).toEqual([false, false]);
  });

  it('knows an address from what must be understood first', () => {
    for (const text of ['https://a.example/x', ' HTTP://a:1 ']) expect(isAddress(text), text).toBe(true);
    for (const text of ['', 'a.example', 'curl https://a.example', '<https://a.example>', 'https://', 'ws://a.example'])
      expect(isAddress(text), text).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';

import type { Feed } from '../bindings/Feed';
import { draftOf, formOf, hostOf } from './draft';

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
  map: { value: '$.p' },
  limits: { max_event_bytes: 1, idle_seconds: null, keep_days: 3, keep_megabytes: 4 },
};

describe('a draft', () => {
  it('of a feed that was not touched changes nothing and sends no secret', () => {
    expect(draftOf(formOf(FEED), FEED)).toEqual(FEED);
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
});

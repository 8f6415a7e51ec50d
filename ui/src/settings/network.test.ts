import { describe, expect, it } from 'vitest';

import { faultOf, formOf, networkOf } from './network';

describe('the way to all servers', () => {
  it.each([
    [{ proxy: null, roots: null }, 'system'],
    [{ proxy: 'direct', roots: null }, 'direct'],
    [{ proxy: 'http://mia@proxy:3128', roots: '-----BEGIN CERTIFICATE-----' }, 'through'],
  ])('%j is edited and comes back the same', (network, way) => {
    const form = formOf(network);
    expect(form.way).toBe(way);
    expect(networkOf(form)).toEqual(network);
  });

  it('keeps an address that is not used out of what is saved', () => {
    expect(networkOf({ way: 'system', address: 'http://proxy', roots: ' \n' })).toEqual({ proxy: null, roots: null });
  });

  it('shows a refusal at its field', () => {
    expect(faultOf('proxy: This is not the address')).toEqual({ proxy: 'This is not the address' });
    expect(faultOf('roots: No certificate')).toEqual({ roots: 'No certificate' });
    expect(faultOf('The disk is full')).toEqual({ other: 'The disk is full' });
  });
});

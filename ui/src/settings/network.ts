import type { Network } from '../bindings/Network';

/** What the form edits. */
export interface NetworkForm {
  way: 'system' | 'direct' | 'through';
  address: string;
  roots: string;
}

export function formOf({ proxy, roots }: Network): NetworkForm {
  const way = proxy === null ? 'system' : proxy === 'direct' ? 'direct' : 'through';
  return { way, address: way === 'through' ? (proxy ?? '') : '', roots: roots ?? '' };
}

export function networkOf({ way, address, roots }: NetworkForm): Network {
  const proxies = { system: null, direct: 'direct', through: address.trim() };
  return { proxy: proxies[way], roots: roots.trim() ? roots : null };
}

/** The field that a refusal is about: the engine begins with its name. */
export function faultOf(message: string): { proxy?: string; roots?: string; other?: string } {
  const [, field, text = ''] = /^(proxy|roots): (.*)$/s.exec(message) ?? [];
  if (field === 'proxy') return { proxy: text };
  return field === 'roots' ? { roots: text } : { other: message };
}

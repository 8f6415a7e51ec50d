import { refusal } from '../backend';
import { m } from '../paraglide/messages';
import type { FeedForm } from './draft';

/** What is wrong with the form, and at which of its fields. */
export interface Fault {
  place: string;
  reason: string;
}

const PLACES = /^(name|headers|auth|proxy|tls|map\.\w+|answers\.\w+): (.*)$/s;

/** Where a refusal belongs; what names no field is about the address. */
export function faultOf(thrown: unknown): Fault {
  const { code, message } = refusal(thrown);
  const [, place, reason] = (code === 'invalid' && PLACES.exec(message)) || [];
  return place && reason ? { place, reason } : { place: 'url', reason: message };
}

/** What the form itself knows to be missing. */
export function flawOf({ proxy, proxyUrl, client, key, keptClient }: FeedForm): Fault | undefined {
  if (proxy === 'own' && !proxyUrl.trim()) return { place: 'proxy', reason: m.form_proxy_empty() };
  if (client && !key && client !== keptClient) return { place: 'key', reason: m.form_key_missing() };
  if (key && !client) return { place: 'client', reason: m.form_client_missing() };
  return undefined;
}

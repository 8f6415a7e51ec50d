import type { HubInfo } from '../bindings/HubInfo';

/** A port as a person writes it; `undefined` for what can be none. */
export function portOf(text: string): number | undefined {
  const port = Number(text.trim());
  return /^\d+$/.test(text.trim()) && port >= 1024 && port <= 65_535 ? port : undefined;
}

/** This machine's names for itself. */
const SELF = new Set(['127.0.0.1', 'localhost']);

/** What of the hub on a port an address asks for: the parts of its path. `undefined`: it is not the hub's. */
function pathAt(address: string, port: number | string): string[] | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' || !SELF.has(url.hostname) || url.port !== String(port)) return undefined;
  return url.pathname.split('/').slice(1);
}

/** Whether a feed reads from the hub on a port. */
export function isOfHub(address: string, port: number): boolean {
  return pathAt(address, port) !== undefined;
}

/** Whether a feed reads a topic of the hub, alone or with others. */
export function isOfTopic(address: string, hub: HubInfo, topic: string): boolean {
  const [topics, how, ...more] = pathAt(address, new URL(hub.url).port) ?? [];
  return how === 'sse' && more.length === 0 && (topics ?? '').split(',').includes(topic);
}

import type { Mapping } from '../../bindings/Mapping';
import type { Pasted } from '../../bindings/Pasted';
import type { ProbeNews } from '../../bindings/ProbeNews';
import type { Reading } from '../../bindings/Reading';
import type { RuleDraft } from '../../bindings/RuleDraft';
import type { Sample } from '../../bindings/Sample';
import type { Understanding } from '../../bindings/Understanding';
import { follow } from '../../shared/path';
import type { Refusal } from '../backend';
import { recognise } from './presets';

function refuse(code: string, message: string): never {
  const refusal: Refusal = { code, message };
  throw refusal;
}

export function sample(data: unknown, event = 'message'): Sample {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return { event, id: '', data: text, bytes: text.length };
}

/** What a probe of this address tells at once; of one that the story does not know: nothing comes. */
export function scriptOf(url: string): ProbeNews[] {
  const { pathname } = new URL(url);
  const open: ProbeNews[] = [
    { type: 'connecting' },
    { type: 'open', after_ms: 34, version: 'HTTP/2.0', through: null },
  ];
  const samples = (...samples: Sample[]): ProbeNews[] => [...open, { type: 'samples', samples }];
  const failed = (code: string, message: string, ...instead: string[]): ProbeNews[] => [
    { type: 'connecting' },
    { type: 'failed', reason: { code, message }, instead },
  ];
  switch (pathname) {
    case '/prices':
      return samples(
        sample({ symbol: 'BTC-USD', price: 61180.5, currency: 'USD', depth: { bid: 61180, ask: 61181 } }),
        sample('ping'),
        sample({ symbol: 'BTC-USD', price: 61234.5, currency: 'USD', depth: { bid: 61234, ask: 61235 } }),
      );
    case '/jobs':
      return samples(
        sample(
          [
            { job: 'linux', progress: 40 },
            { job: 'windows', progress: 12 },
          ],
          'progress',
        ),
      );
    case '/quiet':
      return [
        { type: 'connecting' },
        { type: 'open', after_ms: 34, version: 'HTTP/1.1', through: 'nginx' },
        { type: 'keep_alive' },
        { type: 'quiet' },
      ];
    case '/page':
      return failed(
        'wrong_type',
        'This address is a web page, not a feed. It reads from https://a.example/prices: try that.',
        'https://a.example/prices',
      );
    case '/backups/sse':
      return samples(
        sample({ id: 'a1', topic: 'backups', title: 'Nightly backup', message: 'done in 12 min', priority: 3 }),
        sample({ id: 'a2', topic: 'backups', title: 'Disk', message: 'sda1 is full', priority: 5 }),
      );
    case '/v2/updates/price/stream':
      return samples(
        sample({ parsed: [{ id: 'e62d', price: { price: '6123450000000', expo: -8 }, metadata: { slot: 7 } }] }),
      );
    case '/empty/sse':
      return [...open, { type: 'quiet' }];
    case '/protected/sse':
      return failed('forbidden', 'The server does not let you in (HTTP 403).');
    case '/private':
      return failed('unauthorized', "The server wants to know who asks (HTTP 401). Set or correct this feed's token.");
    default:
      return [{ type: 'connecting' }];
  }
}

/** Understands some of what the engine understands. */
export function readPasted(text: string): Pasted {
  const draft = {
    name: '',
    url: text.trim(),
    map: {},
    notify: 'rules' as const,
    headers: {},
    limits: {},
  };
  if (/^curl\s/.test(draft.url)) {
    const url = /https?:\/\/[^\s'"]+/.exec(text)?.[0] ?? refuse('bad_url', 'This curl command has no address.');
    const token = /Bearer ([^'"]+)/.exec(text)?.[1];
    const proxy = /-x (\S+)/.exec(text)?.[1];
    const auth = token ? { auth: { type: 'bearer' as const, token } } : {};
    const headers = Object.fromEntries(
      [...text.matchAll(/-H '(X-[^:]+): ([^']+)'/g)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>;
    return {
      draft: { ...draft, url, headers, ...auth, ...(proxy ? { proxy } : {}) },
      command: true,
      preset: null,
      notes: [
        ...(/ -d /.test(text) ? [{ type: 'method' as const, method: 'POST' }] : []),
        ...(/ -k\b/.test(text) ? [{ type: 'insecure' as const }] : []),
      ],
    };
  }
  const url = draft.url.replace(/^<|>$/g, '');
  if (/^wss?:/.test(url)) refuse('bad_url', `“${url}” is no http or https address. Paste one that is.`);
  const whole = url.includes('://') ? url : `https://${url}`;
  return { draft: { ...draft, url: whole }, command: false, notes: [], preset: recognise(whole) };
}

const GUESSED = { value: 'price', progress: 'progress', key: 'symbol', unit: 'currency', title: 'title' } as const;

/** What a mapping takes: what stands at a path, or the first part of a composed text that is there. */
function taken(value: unknown, source: string): unknown {
  if (source.startsWith('$')) return follow(value, source)?.[0];
  if (!source.includes('{{')) return source;
  const places = [...source.matchAll(/\bdata((?:\.\w+)+)/g)];
  return places.flatMap(([, steps]) => follow(value, `$${steps}`) ?? []).find((part) => part !== '');
}

function readingOf(value: unknown, map: Omit<Mapping, 'each'>): [Reading, Mapping] {
  const reading: Record<string, unknown> = {};
  const guessed: Mapping = {};
  for (const [field, name] of Object.entries(GUESSED) as [keyof typeof GUESSED, string][]) {
    const [found] = follow(value, `$.${name}`) ?? [];
    if (map[field] || found === undefined) continue;
    reading[field] = field === 'progress' ? found : String(found);
    guessed[field] = `$.${name}`;
  }
  for (const [field, source] of Object.entries(map)) {
    const found = taken(value, source);
    if (found !== undefined) reading[field] = field === 'progress' ? found : String(found);
  }
  return [reading as Reading, guessed];
}

/** Understands samples by a few names. */
export function understand(map: Mapping, samples: Sample[]): Understanding {
  const { each, ...fields } = map;
  for (const [field, path] of Object.entries(fields))
    if (path.endsWith('['))
      refuse('invalid', `map.${field}: '${path}' is not a JSONPath. An example of one: $.data.price`);
  const understood = samples.map(({ data }) => {
    if (data === 'ping') return { readings: [], guessed: {} };
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return { readings: [{}], guessed: {} };
    }
    const parts = [each ?? []].flat().map((path) => follow(value, path) ?? []);
    const whole = Array.isArray(value) ? value : [value];
    const items = each ? (parts.find((found) => found.length > 0) ?? []) : whole;
    const pairs = items.map((item) => readingOf(item, fields));
    return { readings: pairs.map(([reading]) => reading), guessed: pairs[0]?.[1] ?? {} };
  });
  const readings = understood.flatMap(({ readings }) => readings);
  const value = readings.findLast(({ value }) => value !== undefined)?.value;
  const isProgress = readings.some(({ progress }) => progress !== undefined);
  return {
    samples: understood,
    view: readings.length === 0 ? null : isProgress ? 'progress' : value === undefined ? 'log' : 'price',
    rules: isProgress
      ? [rule({ progress: { reaches_percent: 100 } }), rule({ progress: { stalls_for: '5m' } })]
      : value === undefined
        ? []
        : [rule({ value: { crosses_above: 62460, recovers_below: 61850 } }), rule({ silent_for: '10m' })],
  };
}

function rule(when: RuleDraft['when']): RuleDraft {
  return { name: '', feeds: [], when, notify: { urgency: 'normal' } };
}

import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from '@playwright/test';

import type { Event } from '../src/bindings/Event';
import type { FeedState } from '../src/bindings/FeedState';
import type { Reading } from '../src/bindings/Reading';
import type { View } from '../src/bindings/View';
import { card, NOW, open, waitForFonts } from './window';

/** What the engine made of each preset's recorded stream. */
const SNAPSHOTS = new URL('../../crates/engine/src/preset/snapshots/', import.meta.url);

interface Understood {
  name: string;
  url: string;
  view: View | null;
  heard: { event?: string; id?: string; data?: string; readings?: Reading[] }[];
}

function understood(file: string): Understood {
  const [, , json] = readFileSync(new URL(file, SNAPSHOTS), 'utf8').split(/^---$/m);
  return JSON.parse(json as string) as Understood;
}

/** A feed to which all of it came, a second apart. */
function stateOf(id: string, { name, url, view, heard }: Understood): FeedState {
  const told = heard.filter(({ readings }) => readings);
  const events = told.map((one, index): Event => {
    const at = NOW.getTime() - (told.length - index) * 1000;
    const { event = '', id: own = '', data = '', readings = [] } = one;
    return { seq: index + 1, feed: id, at, event, id: own, data, bytes: data.length, readings };
  });
  const limits = { max_event_bytes: 1 << 24, idle_seconds: null, keep_days: 90, keep_megabytes: 512 };
  return {
    feed: { id, name, url, notify: 'rules', enabled: true, limits },
    view: view ?? 'log',
    status: { type: 'open', since: NOW.getTime() - 60_000 },
    unread: 0,
    last_event_at: events.at(-1)?.at ?? null,
    last_byte_at: null,
    muted_until: null,
    card: {},
    events,
  };
}

for (const file of readdirSync(SNAPSHOTS)) {
  const id = file.replace(/^.*__tests__(.*)\.snap$/, '$1');
  test(`${id} is drawn as it should be`, async ({ page }) => {
    await open(page, { story: 'empty' });
    const came = stateOf(id, understood(file));
    await page.evaluate((state) => window.story?.emit({ type: 'feed', state }), came);
    await expect(card(page, id)).toContainText(came.feed.name);
    // What draws a card is loaded when it is needed.
    await page.waitForLoadState('networkidle');
    await waitForFonts(page);
    expect(`${await card(page, id).innerText()}\n`).toMatchSnapshot(`${id}.txt`);
  });
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MemoryBackend } from '../backend/memory/memory';
import type { App } from '../state/app.svelte';
import { Presets } from '../state/presets.svelte';
import { FeedEditor } from './editor.svelte';
import type { Feed } from '../bindings/Feed';

/** As much of the window as an editor needs. */
async function opened() {
  const backend = new MemoryBackend('empty');
  const presets = new Presets(() => backend);
  await presets.load();
  const run = (command: (backend: MemoryBackend) => Promise<unknown>) => command(backend);
  const app = { backend, presets, appearance: { intl: 'en' }, store: { feed: () => undefined }, run };
  const preset = (id: string) => presets.find(id) ?? expect.fail(`there is no preset ${id}`);
  const sent = (command: string) => backend.done.findLast(([name]) => name === command)?.[1];
  return { app: app as unknown as App, backend, preset, sent };
}

const rested = () => vi.advanceTimersByTimeAsync(1000);

describe('a feed that is added with a preset', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is filled in and tried out when the answers rest, and rings for the first rule', async () => {
    const { app, preset, sent } = await opened();
    const editor = new FeedEditor(app);
    await editor.choose(preset('ntfy'));
    expect([editor.isReady, editor.fault]).toEqual([false, undefined]);
    editor.service.answers.topics = 'backups';
    editor.typed();
    expect(sent('probe')).toBeUndefined();
    await rested();
    expect(editor.form).toMatchObject({ name: 'backups', url: 'https://ntfy.sh/backups/sse', view: 'news' });
    expect(editor.probe.samples).toHaveLength(2);
    expect(editor.rules.map(({ name }) => name)).toEqual(['High priority']);
    expect(await editor.save()).toBe(true);
    expect(sent('feed')).toMatchObject({
      preset: { id: 'ntfy', answers: { server: 'https://ntfy.sh', topics: 'backups' } },
      dialect: { resume: { query: 'since' } },
      map: { body: '$.message' },
    });
    expect(sent('rule')).toMatchObject({ name: 'High priority', feeds: ['backups'], when: { cel: 'priority >= 4' } });
  });

  it('tells of an answer at its place: a wrong one at once, a missing one when it is saved', async () => {
    const { app, preset, sent } = await opened();
    const editor = new FeedEditor(app);
    await editor.choose(preset('ntfy'));
    editor.service.answers.topics = 'not a topic';
    editor.typed();
    await rested();
    expect(editor.fault?.place).toBe('answers.topics');
    editor.service.answers.topics = '';
    editor.typed();
    await rested();
    expect(editor.fault).toBeUndefined();
    expect(await editor.save()).toBe(false);
    expect(editor.fault).toEqual({ place: 'answers.topics', reason: "Fill in 'Topics'." });
    expect(sent('feed')).toBeUndefined();
  });

  it('sends no secret before its field is left', async () => {
    const { app, preset, sent } = await opened();
    const editor = new FeedEditor(app);
    await editor.choose(preset('ntfy'));
    Object.assign(editor.service.answers, { topics: 'backups', token: 'tk_half' });
    editor.typed();
    await rested();
    expect([editor.form.name, sent('probe')]).toEqual(['backups', undefined]);
    editor.service.answers.token = 'tk_whole';
    await editor.changed();
    expect(sent('probe')).toMatchObject({ auth: { type: 'bearer', token: 'tk_whole' } });
    expect(JSON.stringify(editor.form.preset)).not.toContain('tk_');
  });

  it('keeps what the user changed, whatever is answered then', async () => {
    const { app, preset } = await opened();
    const editor = new FeedEditor(app);
    await editor.choose(preset('ntfy'));
    editor.service.answers.topics = 'backups';
    await editor.changed();
    Object.assign(editor.form, { name: 'Mine', view: 'log' });
    editor.form.map.title = '$.message';
    editor.chooseRules([]);
    editor.service.answers.topics = 'doorbell';
    await editor.changed();
    expect(editor.form).toMatchObject({ name: 'Mine', view: 'log', url: 'https://ntfy.sh/doorbell/sse' });
    expect([editor.form.map.title, editor.form.map.body, editor.rules]).toEqual(['$.message', '$.message', []]);
  });

  it('is told from a pasted address, which can stay one', async () => {
    const { app, sent } = await opened();
    const editor = new FeedEditor(app);
    await editor.paste('https://ntfy.sh/backups');
    expect(editor.service.preset?.id).toBe('ntfy');
    expect(editor.service.answers).toMatchObject({ server: 'https://ntfy.sh', topics: 'backups', token: '' });
    expect(sent('probe')).toMatchObject({ url: 'https://ntfy.sh/backups/sse' });
    await editor.plain();
    expect(editor.service.preset).toBeUndefined();
    expect(editor.draft()).toEqual({
      name: '',
      url: 'https://ntfy.sh/backups',
      notify: 'rules',
      headers: {},
      map: {},
      limits: {},
    });
    expect([editor.rules, sent('probe')]).toEqual([[], editor.draft()]);
  });

  it('has nothing of another service that was chosen before', async () => {
    const { app, preset } = await opened();
    const editor = new FeedEditor(app);
    await editor.choose(preset('wikimedia'));
    expect(editor.form.url).toContain('wikimedia');
    await editor.plain();
    expect([editor.form.url, editor.form.name]).toEqual(['', '']);
    await editor.choose(preset('ntfy'));
    editor.service.answers.topics = 'backups';
    await editor.changed();
    expect(editor.draft().map.unit).toBeUndefined();
    expect(editor.draft().dialect).toEqual(preset('ntfy').feed.dialect);
  });
});

describe('a feed that was made with a preset', () => {
  async function edited(change: Partial<Feed> = {}) {
    const begun = await opened();
    const adding = new FeedEditor(begun.app);
    await adding.choose(begun.preset('ntfy'));
    Object.assign(adding.service.answers, { topics: 'backups', token: 'tk_1' });
    await adding.save();
    const { feeds } = await begun.backend.attach(async () => {});
    const feed = { ...(feeds[0]?.feed as Feed), ...change };
    const editor = new FeedEditor(begun.app, feed);
    await editor.start();
    return { ...begun, feed, editor };
  }

  it('asks its questions again, and changes nothing unless an answer is another', async () => {
    const { editor, feed, sent } = await edited({ name: 'Mine', url: 'https://ntfy.sh/elsewhere/sse' });
    expect(editor.service.answers).toMatchObject({ topics: 'backups', token: '' });
    expect(editor.service.kept).toBe(true);
    expect(await editor.save()).toBe(true);
    const { limits, preset, ...rest } = feed;
    expect(sent('feed')).toMatchObject({ ...rest, limits, preset, auth: { type: 'bearer' } });
    expect(JSON.stringify(sent('feed'))).not.toContain('token":"tk');
  });

  it('keeps its secret and what the user changed when an answer is another', async () => {
    const { editor, sent } = await edited({ name: 'Mine' });
    editor.service.answers.topics = 'doorbell';
    await editor.changed();
    expect(await editor.save()).toBe(true);
    expect(sent('feed')).toMatchObject({
      name: 'Mine',
      url: 'https://ntfy.sh/doorbell/sse',
      auth: { type: 'bearer' },
      preset: { id: 'ntfy', answers: { topics: 'doorbell' } },
    });
  });

  it('goes on as an address with everything that it has', async () => {
    const { editor, feed } = await edited();
    await editor.plain();
    expect(editor.service.preset).toBeUndefined();
    const { preset, ...rest } = feed;
    expect(preset).toBeDefined();
    expect(editor.draft()).toEqual({ ...rest, auth: { type: 'bearer' } });
  });

  it('is an address where the preset is gone, and still knows what it was', async () => {
    const { editor, sent, feed } = await edited({ preset: { id: 'gone', answers: {} } });
    expect(editor.service.preset).toBeUndefined();
    expect(await editor.save()).toBe(true);
    expect(sent('feed')).toMatchObject({ preset: feed.preset, dialect: feed.dialect });
    editor.form.url = 'https://ntfy.sh/another/sse';
    expect(await editor.save()).toBe(true);
    expect(sent('feed')).not.toHaveProperty('preset');
  });
});

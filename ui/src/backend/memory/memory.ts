import type { Alert } from '../../bindings/Alert';
import type { Card } from '../../bindings/Card';
import type { Change } from '../../bindings/Change';
import type { Check } from '../../bindings/Check';
import type { Dialect } from '../../bindings/Dialect';
import type { Event } from '../../bindings/Event';
import type { EventExport } from '../../bindings/EventExport';
import type { Feed } from '../../bindings/Feed';
import type { FeedDraft } from '../../bindings/FeedDraft';
import type { FeedState } from '../../bindings/FeedState';
import type { Figures } from '../../bindings/Figures';
import type { Filled } from '../../bindings/Filled';
import type { Gap } from '../../bindings/Gap';
import type { HubTopic } from '../../bindings/HubTopic';
import type { ImportSummary } from '../../bindings/ImportSummary';
import type { Mapping } from '../../bindings/Mapping';
import type { Log } from '../../bindings/Log';
import type { LogLevel } from '../../bindings/LogLevel';
import type { Page } from '../../bindings/Page';
import type { Pasted } from '../../bindings/Pasted';
import type { Preferences } from '../../bindings/Preferences';
import type { Preset } from '../../bindings/Preset';
import type { PresetUse } from '../../bindings/PresetUse';
import type { ProbeNews } from '../../bindings/ProbeNews';
import type { Query } from '../../bindings/Query';
import type { ReplayNews } from '../../bindings/ReplayNews';
import type { ReplayOverview } from '../../bindings/ReplayOverview';
import type { Retention } from '../../bindings/Retention';
import type { Rule } from '../../bindings/Rule';
import type { RuleDraft } from '../../bindings/RuleDraft';
import type { RulePreview } from '../../bindings/RulePreview';
import type { Sample } from '../../bindings/Sample';
import type { Series } from '../../bindings/Series';
import type { SeriesQuery } from '../../bindings/SeriesQuery';
import type { Snapshot } from '../../bindings/Snapshot';
import type { Status } from '../../bindings/Status';
import type { Storage } from '../../bindings/Storage';
import type { Trend } from '../../bindings/Trend';
import type { TrendQuery } from '../../bindings/TrendQuery';
import type { Why } from '../../bindings/Why';
import type { Backend, Refusal } from '../backend';
import { keepBoard, ordered, withBoard } from './board';
import type { Understanding } from '../../bindings/Understanding';
import { Presets } from './presets';
import { readPasted, scriptOf, understand } from './probe';
import { checkCondition, checkGates, meets } from './rules';
import { pageOf } from './page';
import { recordingAt } from './replay';
import { seriesOf, trendsOf } from './series';
import { emptyStory, feedOf, fullStory, Pen, topicsAt, whatHappens } from './story';

function refuse(code: string, message: string): never {
  const reason: Refusal = { code, message };
  throw reason;
}

/**
 * An engine of one page, for tests of the window in a plain browser: holds a snapshot, does what commands ask for and
 * tells of it in changes, as the real one does. It opens no connection.
 */
export class MemoryBackend implements Backend {
  /** Commands that left the page, for tests to look at. */
  readonly done: [command: string, argument: unknown][] = [];
  readonly pen = new Pen();
  /** When a feed was not listened to, for tests to fill. */
  readonly gaps: Record<string, Gap[]> = {};

  /** Whether the user chooses a file when asked for one, and whether the desktop has a tray. */
  chosen = true;
  tray = true;
  /** The newer version that there is, if any; `undefined` where the program is kept up to date by others. */
  newest: string | null | undefined;

  #kind: string;
  #began: number;
  #now: () => number;
  #state: Snapshot;
  #startsAtLogin = false;
  #logLevel: LogLevel = 'normal';
  #history: Event[];
  readonly #presets = new Presets();
  #probe: ((news: ProbeNews) => void) | undefined;
  #playing: ((news: ReplayNews) => void) | undefined;
  #next: Generator<Change[]>;
  #changes: (batch: Change[]) => Promise<void> = async () => {};

  constructor(kind: string, now: () => number = Date.now) {
    this.#kind = kind;
    this.#now = now;
    this.#began = now();
    this.#state = kind === 'full' ? withBoard(fullStory(this.pen, now())) : emptyStory();
    this.#history = this.#state.feeds.flatMap((feed) => feed.events).sort((a, b) => a.seq - b.seq);
    this.#next = whatHappens(this.pen, now);
  }

  /** Tells the window of changes. */
  emit(...batch: Change[]): void {
    for (const change of batch) if (change.type === 'events') this.#history.push(...change.events);
    void this.#changes(structuredClone(batch));
  }

  /** One more feed, as a test wants it. */
  put(state: FeedState): void {
    this.#state.feeds.push(state);
    this.#history.push(...state.events);
    this.emit({ type: 'feed', state });
  }

  /** The next batch of the story. */
  next(): void {
    this.emit(...(this.#next.next().value as Change[]));
  }

  async attach(changes: (batch: Change[]) => Promise<void>): Promise<Snapshot> {
    if (this.#kind === 'loading') return new Promise(() => {});
    if (this.#kind === 'unreachable') {
      this.#kind = 'empty';
      refuse('engine', 'The engine does not answer. Start Streambell again.');
    }
    this.#changes = changes;
    return structuredClone(this.#state);
  }

  async setVisible(visible: boolean): Promise<void> {
    this.done.push(['set_visible', visible]);
  }

  async addFeed(draft: FeedDraft): Promise<Feed> {
    this.#check(draft);
    const name = draft.name || new URL(draft.url).host;
    const feed = this.#feedOf(name.toLowerCase().replace(/[^a-z0-9]+/g, '-'), name, draft);
    const { days, megabytes } = this.#state.preferences.retention;
    feed.limits = { ...feed.limits, keep_days: days, keep_megabytes: megabytes };
    const state: FeedState = {
      feed,
      view: draft.view ?? 'log',
      status: { type: 'connecting', since: this.#now() },
      unread: 0,
      last_event_at: null,
      last_byte_at: null,
      muted_until: null,
      card: {},
      events: [],
    };
    this.#state.feeds.push(state);
    this.emit({ type: 'feed', state });
    return feed;
  }

  async updateFeed(id: string, draft: FeedDraft): Promise<Feed> {
    this.#check(draft);
    const state = this.#feed(id);
    state.feed = this.#feedOf(id, draft.name || state.feed.name, draft);
    state.view = draft.view ?? state.view;
    this.emit({ type: 'feed', state });
    return state.feed;
  }

  async readPasted(text: string): Promise<Pasted> {
    this.done.push(['read_pasted', text]);
    return readPasted(text);
  }

  async probeFeed(feed: string | null, draft: FeedDraft, heard: (news: ProbeNews) => void): Promise<void> {
    this.#check(draft, 'probe');
    this.#probe = heard;
    for (const news of scriptOf(draft.url)) heard(news);
    this.done.push(['probe_feed', feed]);
  }

  async stopProbe(): Promise<void> {
    this.done.push(['stop_probe', this.#probe !== undefined]);
    this.#probe = undefined;
  }

  /** More of the probe that is running, for tests. */
  probe(news: ProbeNews): void {
    this.#probe?.(news);
  }

  async understand(map: Mapping, dialect: Dialect, samples: Sample[]): Promise<Understanding> {
    this.done.push(['understand', structuredClone({ map, dialect })]);
    return understand(map, samples);
  }

  async chooseRecording(feed: string | null): Promise<ReplayOverview | null> {
    this.done.push(['choose_recording', feed]);
    return this.chosen ? this.lookThrough(feed) : null;
  }

  async lookThrough(feed: string | null): Promise<ReplayOverview> {
    return recordingAt(this.#now(), feed === null ? null : this.#feed(feed).feed);
  }

  async playRecording(feed: string | null, from: number, speed: number, heard: (news: ReplayNews) => void) {
    this.done.push(['play_recording', { feed, from, speed }]);
    this.#playing = heard;
    heard({ type: 'moved', at: from, events: [], skipped: 0 });
  }

  async stopPlaying(): Promise<void> {
    this.done.push(['stop_playing', this.#playing !== undefined]);
    this.#playing = undefined;
  }

  /** More of the recording that plays, for tests. */
  played(news: ReplayNews): void {
    this.#playing?.(news);
  }

  async presets(): Promise<Preset[]> {
    return this.#presets.all();
  }

  async fillPreset(use: PresetUse, feed: string | null): Promise<Filled> {
    this.done.push(['fill_preset', structuredClone([use, feed])]);
    const kept = feed === null ? undefined : this.#feed(feed).feed.auth;
    const filled = this.#presets.fill(use, !!kept);
    if (kept && !filled.draft.auth) filled.draft.auth = structuredClone(kept);
    return filled;
  }

  async keepPreset(feed: string, name: string): Promise<Preset> {
    this.done.push(['keep_preset', [feed, name]]);
    return this.#presets.keep(this.#feed(feed).feed, name);
  }

  async savePreset(id: string): Promise<string | null> {
    this.#presets.find(id);
    return this.#saved('save_preset', id, `streambell-${id}-2026-03-14.toml`);
  }

  async importPreset(text: string): Promise<Preset> {
    return this.#presets.take(text);
  }

  async removePreset(id: string): Promise<void> {
    this.done.push(['remove_preset', id]);
    this.#presets.remove(id);
  }

  async removeFeed(feed: string): Promise<void> {
    this.#feed(feed);
    this.#state.feeds = this.#state.feeds.filter((state) => state.feed.id !== feed);
    this.emit({ type: 'feed_removed', feed });
  }

  async pauseFeed(feed: string): Promise<void> {
    this.#setStatus(feed, { type: 'paused' });
  }

  async resumeFeed(feed: string): Promise<void> {
    this.#setStatus(feed, { type: 'open', since: this.#now() });
  }

  async retryFeed(feed: string): Promise<void> {
    this.#setStatus(feed, { type: 'connecting', since: this.#now() });
  }

  async orderFeeds(feeds: string[]): Promise<void> {
    this.#state.feeds = ordered(this.#state.feeds, feeds);
    this.#keepBoard({ type: 'order', feeds });
  }

  async arrangeCard(feed: string, card: Card): Promise<void> {
    this.#feed(feed).card = card;
    this.#keepBoard({ type: 'card', feed, card });
  }

  async groupFeed(id: string, group: string | null): Promise<void> {
    const state = this.#feed(id);
    state.feed = { ...state.feed, group };
    this.#keepBoard({ type: 'feed', state });
  }

  async foldGroup(group: string, folded: boolean): Promise<void> {
    const others = this.#state.folded.filter((known) => known !== group);
    this.#state.folded = folded ? [...others, group] : others;
    this.#keepBoard({ type: 'folded', groups: this.#state.folded });
  }

  async readFeed(feed: string): Promise<void> {
    this.#feed(feed).unread = 0;
    this.done.push(['read_feed', feed]);
    this.emit({ type: 'read', feed });
  }

  async pauseAll(): Promise<void> {
    for (const { feed } of this.#state.feeds) this.#setStatus(feed.id, { type: 'paused' });
    await this.setPreferences({ ...this.#state.preferences, paused: true });
  }

  async resumeAll(): Promise<void> {
    for (const { feed } of this.#state.feeds) this.#setStatus(feed.id, { type: 'open', since: this.#now() });
    await this.setPreferences({ ...this.#state.preferences, paused: false });
  }

  async addDemoFeeds(): Promise<void> {
    this.#state = { ...fullStory(this.pen, this.#now()), preferences: this.#state.preferences };
    this.#history = this.#state.feeds.flatMap((feed) => feed.events);
    this.emit({ type: 'snapshot', snapshot: this.#state });
  }

  async listEvents(query: Query): Promise<Page> {
    this.done.push(['list_events', structuredClone(query)]);
    return structuredClone(pageOf(this.#history, this.gaps, this.#state.feeds, query));
  }

  async readEvent(seq: number): Promise<Event> {
    return this.#history.find((event) => event.seq === seq) ?? refuse('not_found', 'This event is not kept any more.');
  }

  async series(query: SeriesQuery): Promise<Series> {
    this.done.push(['series', structuredClone(query)]);
    const { feed } = this.#feed(query.feed);
    const events = this.#history.filter((event) => event.feed === feed.id);
    return seriesOf(events, this.gaps[feed.id] ?? [], { until: this.#now(), ...query });
  }

  async trends(query: TrendQuery): Promise<Trend[]> {
    const { feed } = this.#feed(query.feed);
    const events = this.#history.filter((event) => event.feed === feed.id);
    return trendsOf(events, { until: this.#now(), ...query });
  }

  async addRule(draft: RuleDraft): Promise<Rule> {
    this.done.push(['rule', structuredClone(draft)]);
    const rule = this.#ruleOf(draft, `rule-${this.#state.rules.length + 1}`);
    this.#setRules([...this.#state.rules, rule]);
    return rule;
  }

  async previewRule(draft: RuleDraft): Promise<RulePreview> {
    this.done.push(['preview_rule', structuredClone(draft)]);
    const { feeds = [], group, when } = this.#ruleOf(draft, 'preview');
    const everywhere = feeds.length === 0 && !group;
    const looksAt = ({ feed }: FeedState) =>
      everywhere || feeds.includes(feed.id) || (group !== undefined && feed.group === group);
    const events = this.#state.feeds.filter(looksAt).flatMap(({ events }) => events);
    const rung = events.filter((event) => meets(when, event)).sort((a, b) => b.seq - a.seq);
    // What is held for a time is resolved some time.
    const lasts = draft.for !== undefined;
    return {
      since: this.#now() - 24 * 60 * 60 * 1000,
      events: events.length,
      complete: true,
      rings: rung.length,
      alerts: rung.slice(0, 50).map(({ at, feed, seq, data }) => ({
        at,
        feed,
        event: seq,
        body: data,
        resolved_at: lasts ? at + 60_000 : null,
      })),
    };
  }

  async updateRule(id: string, draft: RuleDraft): Promise<Rule> {
    this.done.push(['rule', structuredClone(draft)]);
    const rule = this.#ruleOf(draft, id);
    this.#setRules(this.#state.rules.map((known) => (known.id === id ? rule : known)));
    return rule;
  }

  async removeRule(id: string): Promise<void> {
    this.#setRules(this.#state.rules.filter((rule) => rule.id !== id));
  }

  async listAlerts(before: number | null, limit: number): Promise<Alert[]> {
    return this.#state.alerts.filter((alert) => before === null || alert.id < before).slice(0, limit);
  }

  async acknowledgeAlert(id: number): Promise<void> {
    this.#setAlert(id, { state: 'acknowledged', read: true });
  }

  async resolveAlert(id: number): Promise<void> {
    this.done.push(['resolve_alert', id]);
    this.#setAlert(id, { state: 'resolved', resolved_at: this.#now(), snoozed_until: null, read: true });
  }

  async readAlert(id: number, read: boolean): Promise<void> {
    this.done.push(['read_alert', [id, read]]);
    this.#setAlert(id, { read });
  }

  async snoozeAlert(id: number, span: string): Promise<void> {
    this.done.push(['snooze_alert', [id, span]]);
    const [, count, unit] = /^(\d+)([hs])$/.exec(span) ?? refuse('invalid', `'${span}' is no length of time.`);
    const snoozed = Number(count) * (unit === 'h' ? 60 * 60 * 1000 : 1000);
    this.#setAlert(id, { snoozed_until: this.#now() + snoozed, read: true });
  }

  async whyEvent(seq: number): Promise<Why> {
    const event = await this.readEvent(seq);
    const alerts = this.#state.alerts.filter((alert) => alert.event === seq);
    const findings = this.#state.rules
      .filter(({ feeds }) => !feeds?.length || feeds.includes(event.feed))
      .map(({ id, name }) => {
        const rang = alerts.some(({ rule }) => rule === id);
        return { rule: id, name, rang, found: rang ? 'True: above 61,200.' : 'Not true: above 61,200.' };
      });
    return { event, notify: 'rules', findings, alerts };
  }

  async muteFeed(feed: string, span: string | null): Promise<void> {
    this.done.push(['mute_feed', [feed, span]]);
    const until = span === null ? null : this.#now() + 24 * 60 * 60 * 1000;
    this.#feed(feed).muted_until = until;
    this.emit({ type: 'muted', feed, until });
  }

  async readAlerts(): Promise<void> {
    for (const alert of this.#state.alerts) alert.read = true;
    this.emit({ type: 'alerts_read' });
  }

  async leave(feeds: string[], rules: string[]): Promise<void> {
    this.done.push(['leave', { feeds, rules }]);
  }

  async startsAtLogin(): Promise<boolean> {
    return this.#startsAtLogin;
  }

  async startAtLogin(start: boolean): Promise<void> {
    this.#startsAtLogin = start;
  }

  async updatesItself(): Promise<boolean> {
    return this.newest !== undefined;
  }

  async lookForUpdate(): Promise<string | null> {
    return this.newest ?? null;
  }

  async installUpdate(): Promise<void> {
    this.done.push(['install_update', this.newest]);
  }

  async setPreferences(preferences: Preferences): Promise<void> {
    const { proxy } = preferences.network;
    if (proxy !== null && proxy !== 'direct' && !/^(https?|socks5h?):/.test(proxy))
      refuse('invalid', 'proxy: This is no proxy. It should look like http://proxy.example.com:3128.');
    const { hub: runs, hub_port: port } = preferences;
    if (port < 1024 || port > 65_535) refuse('invalid', `hub_port: ${port} cannot be the hub's port.`);
    const { hub: ran, hub_port: before } = this.#state.preferences;
    this.#state.preferences = preferences;
    this.done.push(['set_preferences', structuredClone(preferences)]);
    this.emit({ type: 'preferences', preferences });
    if (runs === ran && port === before) return;
    this.#state.hub = runs ? { url: `http://127.0.0.1:${port}` } : null;
    this.emit({ type: 'hub', hub: this.#state.hub });
  }

  async openLink(url: string): Promise<void> {
    this.done.push(['open_link', url]);
  }

  async testNotification(): Promise<void> {
    refuse('notify', 'No notification service answers on this desktop. Start one, such as dunst.');
  }

  async storage(): Promise<Storage> {
    const feeds = this.#state.feeds.map(({ feed }) => {
      const events = this.#history.filter((event) => event.feed === feed.id);
      const bytes = events.reduce((sum, event) => sum + event.data.length, 0);
      return { feed: feed.id, events: events.length, bytes, oldest: events[0]?.at ?? null };
    });
    return { folder: '/home/mia/.local/share/streambell', bytes: 48_300_000, free: 81_200_000_000, feeds };
  }

  async setRetention(feed: string | null, { days, megabytes }: Retention): Promise<void> {
    this.done.push(['set_retention', [feed, { days, megabytes }]]);
    if (feed === null) await this.setPreferences({ ...this.#state.preferences, retention: { days, megabytes } });
    for (const state of feed === null ? this.#state.feeds : [this.#feed(feed)]) {
      state.feed.limits = { ...state.feed.limits, keep_days: days, keep_megabytes: megabytes };
      this.emit({ type: 'feed', state });
    }
  }

  async clearHistory(feed: string): Promise<void> {
    this.done.push(['clear_history', feed]);
    const state = this.#feed(feed);
    this.#history = this.#history.filter((event) => event.feed !== feed);
    Object.assign(state, { events: [], unread: 0, last_event_at: null });
    this.emit({ type: 'feed', state });
  }

  async saveEvents(what: EventExport): Promise<string | null> {
    return this.#saved('save_events', what, `streambell-${what.feed ?? 'events'}-2026-03-14`);
  }

  async saveBackup(): Promise<string | null> {
    return this.#saved('save_backup', null, 'streambell-backup-2026-03-14.db');
  }

  async restoreBackup(): Promise<string | null> {
    return this.#saved('restore_backup', null, 'streambell-backup-2026-03-14.db');
  }

  async saveSettings(): Promise<string | null> {
    return this.#saved('save_settings', null, 'streambell-settings-2026-03-14.json');
  }

  async importSettings(text: string): Promise<ImportSummary> {
    this.done.push(['import_settings', text]);
    if (!text.startsWith('{')) refuse('bad_document', 'This file is not JSON; nothing was changed.');
    return { feeds_added: 2, feeds_changed: 1, rules_added: 0, rules_changed: 3 };
  }

  async hubTopics(): Promise<HubTopic[]> {
    const { hub } = this.#state;
    if (!hub) refuse('no_hub', 'The embedded hub does not run. Turn it on in Settings › Hub.');
    return this.#kind === 'full' ? topicsAt(hub, this.#now()) : [];
  }

  async figures(): Promise<Figures> {
    const passed = this.#now() - this.#began;
    const { feeds } = this.#state;
    return {
      at: this.#now(),
      since: this.#began,
      feeds: feeds.length,
      open: feeds.filter(({ status }) => status.type === 'open').length,
      events: Math.round(passed * 1.234),
      waiting: 3,
      room: 64,
      processes: { count: 3, memory: 187_000_000, cpu: Math.round(passed * 0.021) },
    };
  }

  async recentLog(): Promise<string[]> {
    return [
      '2026-03-14T13:36:02Z  INFO streambell_app::tray: the tray icon is shown',
      '2026-03-14T13:36:10Z  WARN streambell_engine::actor: https://ci.example.org/builds/sse?…: <b>503</b>',
    ];
  }

  async logState(): Promise<Log> {
    const folder = '/home/mia/.local/state/streambell/logs';
    return { folder, file: `${folder}/streambell.log`, level: this.#logLevel };
  }

  async setLogLevel(level: LogLevel): Promise<Log> {
    this.done.push(['set_log_level', { level }]);
    this.#logLevel = level;
    return this.logState();
  }

  async openLogFolder(): Promise<void> {
    this.done.push(['open_log_folder', {}]);
  }

  async selfTest(): Promise<Check[]> {
    const mend = 'The key ring is locked. Unlock it (log in to your desktop’s password store), then try again.';
    return [
      { check: 'version', state: 'fine', found: 'Streambell 0.1.0; history of version 7' },
      { check: 'history', state: 'fine', found: '48.3 MB, looked through' },
      { check: 'disk', state: 'fine', found: '312.4 GB free, and the history grows by 1.6 MB a day' },
      { check: 'key_ring', state: 'wrong', found: 'it does not keep secrets', mend },
      {
        check: 'hub',
        state: 'warning',
        found: 'runs at http://127.0.0.1:7789 because node (4711) has port 7788',
        mend: 'Scripts that ring must use that address. End what has port 7788, or choose another port in Settings › Hub.',
      },
      { check: 'notifications', state: 'fine', found: 'gnome-shell 48.1 (actions, body)' },
      { check: 'tray', state: 'fine', found: 'a panel shows icons' },
    ];
  }

  async hasTray(): Promise<boolean> {
    return this.tray;
  }

  #saved(command: string, argument: unknown, name: string): string | null {
    this.done.push([command, argument]);
    return this.chosen ? `/home/mia/Documents/${name}` : null;
  }

  #feed(id: string): FeedState {
    return this.#state.feeds.find((state) => state.feed.id === id) ?? refuse('not_found', `There is no feed ${id}.`);
  }

  #setAlert(id: number, change: Partial<Alert>): void {
    const alert = this.#state.alerts.find((known) => known.id === id) ?? refuse('not_found', 'This alert is gone.');
    Object.assign(alert, change);
    this.#state.unread_alerts = this.#state.alerts.filter((known) => !known.read).length;
    this.emit({ type: 'alert', alert, unread: this.#state.unread_alerts });
  }

  #check(draft: FeedDraft, command = 'feed'): void {
    this.done.push([command, structuredClone(draft)]);
    if (!/^https?:\/\//.test(draft.url))
      refuse('bad_url', `“${draft.url}” is no http or https address. Paste one that is.`);
  }

  #feedOf(id: string, name: string, draft: FeedDraft): Feed {
    const headers = Object.fromEntries(Object.keys(draft.headers).map((header) => [header, null]));
    const auth = draft.auth && { ...draft.auth };
    for (const secret of ['password', 'token']) Reflect.deleteProperty(auth ?? {}, secret);
    return {
      ...feedOf(id, name, draft.view ?? null, draft.url),
      notify: draft.notify,
      map: draft.map,
      headers,
      ...(auth ? { auth } : {}),
      ...(draft.dialect ? { dialect: draft.dialect } : {}),
      ...(draft.preset ? { preset: draft.preset } : {}),
    };
  }

  /** Also for the next page. */
  #keepBoard(change: Change): void {
    keepBoard(this.#state);
    this.emit(change);
  }

  #setStatus(feed: string, status: Status): void {
    this.#feed(feed).status = status;
    this.emit({ type: 'status', feed, status });
  }

  #ruleOf(draft: RuleDraft, id: string): Rule {
    checkCondition(draft.when, 'when');
    if (draft.until) checkCondition(draft.until, 'until');
    checkGates(draft.gates);
    return { ...draft, id, name: draft.name || id, enabled: draft.enabled ?? true };
  }

  #setRules(rules: Rule[]): void {
    this.#state.rules = rules;
    this.emit({ type: 'rules', rules });
  }
}

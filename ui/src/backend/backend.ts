import type { Alert } from '../bindings/Alert';
import type { Card } from '../bindings/Card';
import type { Change } from '../bindings/Change';
import type { Check } from '../bindings/Check';
import type { Dialect } from '../bindings/Dialect';
import type { Event } from '../bindings/Event';
import type { EventExport } from '../bindings/EventExport';
import type { Feed } from '../bindings/Feed';
import type { FeedDraft } from '../bindings/FeedDraft';
import type { FeedId } from '../bindings/FeedId';
import type { Figures } from '../bindings/Figures';
import type { Filled } from '../bindings/Filled';
import type { HubTopic } from '../bindings/HubTopic';
import type { ImportSummary } from '../bindings/ImportSummary';
import type { Log } from '../bindings/Log';
import type { LogLevel } from '../bindings/LogLevel';
import type { Mapping } from '../bindings/Mapping';
import type { Page } from '../bindings/Page';
import type { Pasted } from '../bindings/Pasted';
import type { Preferences } from '../bindings/Preferences';
import type { Preset } from '../bindings/Preset';
import type { PresetUse } from '../bindings/PresetUse';
import type { ProbeNews } from '../bindings/ProbeNews';
import type { Query } from '../bindings/Query';
import type { ReplayNews } from '../bindings/ReplayNews';
import type { ReplayOverview } from '../bindings/ReplayOverview';
import type { Retention } from '../bindings/Retention';
import type { Rule } from '../bindings/Rule';
import type { RuleDraft } from '../bindings/RuleDraft';
import type { RuleId } from '../bindings/RuleId';
import type { RulePreview } from '../bindings/RulePreview';
import type { Sample } from '../bindings/Sample';
import type { Series } from '../bindings/Series';
import type { SeriesQuery } from '../bindings/SeriesQuery';
import type { Snapshot } from '../bindings/Snapshot';
import type { Span } from '../bindings/Span';
import type { Storage } from '../bindings/Storage';
import type { Trend } from '../bindings/Trend';
import type { TrendQuery } from '../bindings/TrendQuery';
import type { Understanding } from '../bindings/Understanding';
import type { Why } from '../bindings/Why';

/** What the window can ask of the engine: one method a command. A refusal rejects with a {@link Refusal}. */
export interface Backend {
  /** Everything at one moment; `changes` then hears what happens after it, a batch whenever the last one is drawn. */
  attach(changes: (batch: Change[]) => Promise<void>): Promise<Snapshot>;
  /** Whether anyone can see the window: nothing is sent while not. */
  setVisible(visible: boolean): Promise<void>;

  addFeed(draft: FeedDraft): Promise<Feed>;
  updateFeed(feed: FeedId, draft: FeedDraft): Promise<Feed>;
  /** Understands what was pasted as the address of a feed: an address, or a whole curl command. */
  readPasted(text: string): Promise<Pasted>;
  /**
   * Opens a feed as its draft says, for some seconds, and tells `heard` what comes; nothing of it is kept. `feed`: the
   * one that is edited, whose secrets are used where the draft leaves them out. One runs at a time.
   */
  probeFeed(feed: FeedId | null, draft: FeedDraft, heard: (news: ProbeNews) => void): Promise<void>;
  stopProbe(): Promise<void>;
  /**
   * Asks the user for a recording and looks through it, as this feed is set up, or (`null`) as it was recorded; `null`:
   * the user thinks better of it.
   */
  chooseRecording(feed: FeedId | null): Promise<ReplayOverview | null>;
  /** The same recording, looked through as another feed. */
  lookThrough(feed: FeedId | null): Promise<ReplayOverview>;
  /** Plays it from a time on, so many times as fast as it came. One plays at a time; nothing is kept, nothing rings. */
  playRecording(feed: FeedId | null, from: number, speed: number, heard: (news: ReplayNews) => void): Promise<void>;
  stopPlaying(): Promise<void>;
  /** What samples of a probe mean with a mapping and a dialect, and which rules make sense for such a feed. */
  understand(map: Mapping, dialect: Dialect, samples: Sample[]): Promise<Understanding>;

  /** All services that are known: those that every program has, and the user's own. */
  presets(): Promise<Preset[]>;
  /**
   * The feed, and the rules, that come of answers to a preset's questions; nothing is kept of it. `feed`: the one that
   * is edited, whose secrets stay where none is answered. What is wrong is refused at `answers.<name>`.
   */
  fillPreset({ id, answers }: PresetUse, feed: FeedId | null): Promise<Filled>;
  /** Keeps a feed's settings, without what is secret, as a preset. */
  keepPreset(feed: FeedId, name: string): Promise<Preset>;
  /** Into a file that the user chooses; its path, or `null` if none was chosen. */
  savePreset(preset: string): Promise<string | null>;
  importPreset(text: string): Promise<Preset>;
  /** One of the user's own. */
  removePreset(preset: string): Promise<void>;

  removeFeed(feed: FeedId): Promise<void>;
  pauseFeed(feed: FeedId): Promise<void>;
  resumeFeed(feed: FeedId): Promise<void>;
  retryFeed(feed: FeedId): Promise<void>;
  orderFeeds(feeds: FeedId[]): Promise<void>;
  /** How the user wants a feed's card: its size, and the time that it looks at. */
  arrangeCard(feed: FeedId, card: Card): Promise<void>;
  /** Puts a feed into a group, or (`null`) into none. */
  groupFeed(feed: FeedId, group: string | null): Promise<void>;
  /** Folds a group on the dashboard, or unfolds it. */
  foldGroup(group: string, folded: boolean): Promise<void>;
  readFeed(feed: FeedId): Promise<void>;
  pauseAll(): Promise<void>;
  resumeAll(): Promise<void>;
  addDemoFeeds(): Promise<void>;

  listEvents(query: Query): Promise<Page>;
  /** With its whole data, which lists cut. */
  readEvent(seq: number): Promise<Event>;
  /** The values of one key of a feed over time, a bounded number of points. */
  series(query: SeriesQuery): Promise<Series>;
  /** How the values of all keys of a feed went, a bounded number of each. */
  trends(query: TrendQuery): Promise<Trend[]>;

  /** What is removed if the window goes before the time to undo is over, in the place of what was before. */
  leave(feeds: FeedId[], rules: RuleId[]): Promise<void>;
  addRule(draft: RuleDraft): Promise<Rule>;
  /** What a rule would have done in the last 24 hours; nothing is kept of it. */
  previewRule(draft: RuleDraft): Promise<RulePreview>;
  updateRule(rule: RuleId, draft: RuleDraft): Promise<Rule>;
  removeRule(rule: RuleId): Promise<void>;

  listAlerts(before: number | null, limit: number): Promise<Alert[]>;
  acknowledgeAlert(alert: number): Promise<void>;
  /** It is over, says the user: its rule rings again when its condition has ended and holds anew. */
  resolveAlert(alert: number): Promise<void>;
  /** The user has seen it, or wants to look at it again. */
  readAlert(alert: number, read: boolean): Promise<void>;
  /** Nothing of an alert that fires for a while, such as `1h`; then it rings again, if it still does. */
  snoozeAlert(alert: number, span: Span): Promise<void>;
  /** Why an event did or did not ring. */
  whyEvent(seq: number): Promise<Why>;
  /** Nothing of a feed for a while; `null`: everything again. */
  muteFeed(feed: FeedId, span: Span | null): Promise<void>;
  readAlerts(): Promise<void>;

  /** Whether the program starts when the user logs in, in the tray. */
  startsAtLogin(): Promise<boolean>;
  startAtLogin(start: boolean): Promise<void>;

  /** Whether the program takes newer versions itself; else whoever installed it does. */
  updatesItself(): Promise<boolean>;
  /** The newer version that there is. */
  lookForUpdate(): Promise<string | null>;
  /** Takes it, and starts the program anew. */
  installUpdate(): Promise<void>;
  setPreferences(preferences: Preferences): Promise<void>;
  /** Opens an `http(s)` address in the user's browser. */
  openLink(url: string): Promise<void>;
  testNotification(): Promise<void>;

  storage(): Promise<Storage>;
  /** How long and how much is kept of a feed; `null`: of all that there are. */
  setRetention(feed: FeedId | null, retention: Retention): Promise<void>;
  clearHistory(feed: FeedId): Promise<void>;
  /** Into a file that the user chooses; its path, or `null` if none was chosen. So the next three. */
  saveEvents(what: EventExport): Promise<string | null>;
  saveBackup(): Promise<string | null>;
  /** The program starts anew with it. */
  restoreBackup(): Promise<string | null>;
  saveSettings(): Promise<string | null>;
  importSettings(text: string): Promise<ImportSummary>;

  /** The topics of the embedded hub. */
  hubTopics(): Promise<HubTopic[]>;

  figures(): Promise<Figures>;
  /** The latest lines of the log, oldest first. */
  recentLog(): Promise<string[]>;
  /** Where the log is, and how much it tells. */
  logState(): Promise<Log>;
  /** Until the program ends. */
  setLogLevel(level: LogLevel): Promise<Log>;
  /** In the desktop's own file manager. */
  openLogFolder(): Promise<void>;
  /** What the program can try by itself. */
  selfTest(): Promise<Check[]>;
  /** Whether the desktop shows the tray icon. */
  hasTray(): Promise<boolean>;
}

/** Why a command was refused: a code for the program, a message that tells a person what to do next. */
export interface Refusal {
  code: string;
  message: string;
}

/** Makes a refusal of whatever was thrown. */
export function refusal(thrown: unknown): Refusal {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') {
    const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'unknown';
    return { code, message: thrown.message };
  }
  // A command whose arguments can not be read is refused with a text, before the engine sees it.
  return { code: 'unknown', message: String(thrown).replace(/^invalid args `\w+` for command `\w+`: /, '') };
}

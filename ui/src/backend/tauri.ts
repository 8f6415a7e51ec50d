import { Channel, invoke } from '@tauri-apps/api/core';

import type { Change } from '../bindings/Change';
import type { ProbeNews } from '../bindings/ProbeNews';
import type { ReplayNews } from '../bindings/ReplayNews';
import type { Backend } from './backend';

/** The engine, through the commands of src-tauri. */
export const tauriBackend: Backend = {
  attach: (changes) => {
    const channel = new Channel<Change[]>();
    channel.onmessage = (batch) => void changes(batch).finally(() => invoke('drawn'));
    return invoke('attach', { channel });
  },
  setVisible: (visible) => invoke('set_visible', { visible }),

  addFeed: (draft) => invoke('add_feed', { draft }),
  updateFeed: (feed, draft) => invoke('update_feed', { feed, draft }),
  readPasted: (text) => invoke('read_pasted', { text }),
  probeFeed: (feed, draft, heard) => {
    const channel = new Channel<ProbeNews>();
    channel.onmessage = heard;
    return invoke('probe_feed', { feed, draft, channel });
  },
  stopProbe: () => invoke('stop_probe'),
  chooseRecording: (feed) => invoke('choose_recording', { feed }),
  lookThrough: (feed) => invoke('look_through', { feed }),
  playRecording: (feed, from, speed, heard) => {
    const channel = new Channel<ReplayNews>();
    channel.onmessage = heard;
    return invoke('play_recording', { feed, from, speed, channel });
  },
  stopPlaying: () => invoke('stop_playing'),
  understand: (map, dialect, samples) => invoke('understand', { map, dialect, samples }),

  presets: () => invoke('presets'),
  fillPreset: ({ id, answers }, feed) => invoke('fill_preset', { preset: id, answers, feed }),
  keepPreset: (feed, name) => invoke('keep_preset', { feed, name }),
  savePreset: (preset) => invoke('save_preset', { preset }),
  importPreset: (text) => invoke('import_preset', { text }),
  removePreset: (preset) => invoke('remove_preset', { preset }),

  removeFeed: (feed) => invoke('remove_feed', { feed }),
  pauseFeed: (feed) => invoke('pause_feed', { feed }),
  resumeFeed: (feed) => invoke('resume_feed', { feed }),
  retryFeed: (feed) => invoke('retry_feed', { feed }),
  orderFeeds: (feeds) => invoke('order_feeds', { feeds }),
  arrangeCard: (feed, card) => invoke('arrange_card', { feed, card }),
  groupFeed: (feed, group) => invoke('group_feed', { feed, group }),
  foldGroup: (group, folded) => invoke('fold_group', { group, folded }),
  readFeed: (feed) => invoke('read_feed', { feed }),
  pauseAll: () => invoke('pause_all'),
  resumeAll: () => invoke('resume_all'),
  addDemoFeeds: () => invoke('add_demo_feeds'),

  listEvents: (query) => invoke('list_events', { query }),
  readEvent: (seq) => invoke('read_event', { seq }),
  series: (query) => invoke('series', { query }),
  trends: (query) => invoke('trends', { query }),

  leave: (feeds, rules) => invoke('leave', { feeds, rules }),
  addRule: (draft) => invoke('add_rule', { draft }),
  previewRule: (draft) => invoke('preview_rule', { draft }),
  updateRule: (rule, draft) => invoke('update_rule', { rule, draft }),
  removeRule: (rule) => invoke('remove_rule', { rule }),

  listAlerts: (before, limit) => invoke('list_alerts', { before, limit }),
  acknowledgeAlert: (alert) => invoke('acknowledge_alert', { alert }),
  resolveAlert: (alert) => invoke('resolve_alert', { alert }),
  readAlert: (alert, read) => invoke('read_alert', { alert, read }),
  snoozeAlert: (alert, span) => invoke('snooze_alert', { alert, span }),
  whyEvent: (seq) => invoke('why_event', { seq }),
  muteFeed: (feed, span) => invoke('mute_feed', { feed, span }),
  readAlerts: () => invoke('read_alerts'),

  startsAtLogin: () => invoke('starts_at_login'),
  startAtLogin: (start) => invoke('start_at_login', { start }),

  updatesItself: () => invoke('updates_itself'),
  lookForUpdate: () => invoke('look_for_update'),
  installUpdate: () => invoke('install_update'),
  setPreferences: (preferences) => invoke('set_preferences', { preferences }),
  openLink: (url) => invoke('open_link', { url }),
  testNotification: () => invoke('test_notification'),

  storage: () => invoke('storage'),
  setRetention: (feed, retention) => invoke('set_retention', { feed, retention }),
  clearHistory: (feed) => invoke('clear_history', { feed }),
  saveEvents: (what) => invoke('save_events', { what }),
  saveBackup: () => invoke('save_backup'),
  restoreBackup: () => invoke('restore_backup'),
  saveSettings: () => invoke('save_settings'),
  importSettings: (text) => invoke('import_settings', { text }),

  hubTopics: () => invoke('hub_topics'),

  figures: () => invoke('figures'),
  recentLog: () => invoke('recent_log'),
  logState: () => invoke('log_state'),
  setLogLevel: (level) => invoke('set_log_level', { level }),
  openLogFolder: () => invoke('open_log_folder'),
  selfTest: () => invoke('self_test'),
  hasTray: () => invoke('has_tray'),
};

import type { Notify } from '../bindings/Notify';
import type { View } from '../bindings/View';
import { m } from '../paraglide/messages';
import type { Field } from './draft';

export const VIEW_LABELS = {
  price: m.view_price,
  progress: m.view_progress,
  score: m.view_score,
  chat: m.view_chat,
  news: m.view_news,
  tasks: m.view_tasks,
  log: m.view_log,
} satisfies Record<View, () => string>;

export const NOTIFY_NAMES = {
  all: m.notify_all,
  rules: m.notify_rules,
  none: m.notify_none,
} satisfies Record<Notify, () => string>;

export const FIELD_NAMES = {
  title: m.field_title,
  body: m.field_body,
  value: m.field_value,
  unit: m.field_unit,
  progress: m.field_progress,
  total: m.field_total,
  priority: m.field_priority,
  link: m.field_link,
  key: m.field_key,
  time: m.field_time,
  state: m.field_state,
  home: m.field_home,
  away: m.field_away,
  home_score: m.field_home_score,
  away_score: m.field_away_score,
} satisfies Record<Field, () => string>;

import type { Notify } from '../bindings/Notify';
import type { View } from '../bindings/View';
import { m } from '../paraglide/messages';

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

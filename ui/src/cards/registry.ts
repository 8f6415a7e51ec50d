import type { Component } from 'svelte';

import type { View } from '../bindings/View';
import type { FeedModel } from '../state/feed.svelte';
import ChatBody from './chat/ChatBody.svelte';
import LogBody from './log/LogBody.svelte';
import NewsBody from './news/NewsBody.svelte';
import PriceBody from './price/PriceBody.svelte';
import ProgressBody from './progress/ProgressBody.svelte';
import ScoreBody from './score/ScoreBody.svelte';
import type { Wish } from './layout';
import { game } from './score/score';
import TasksBody from './tasks/TasksBody.svelte';
import { tasksDone } from './tasks/tasks';

export interface BodyProps {
  model: FeedModel;
  /** Pixels that the body has. */
  height: number;
}

interface ViewEntry {
  body: Component<BodyProps>;
  /** A few words for the card's head. */
  summary?: (model: FeedModel) => string;
  /** Whether its events are messages to be read, so that the unread ones are counted; a figure just is what it is. */
  messages?: true;
  /** What a card of it would like of a grid of twelve columns. */
  size: Wish;
}

/** Every view: one folder beside this file, and one line here. */
export const VIEWS: Record<View, ViewEntry> = {
  price: { body: PriceBody, size: { least: 4, best: 5, most: 8, rows: 3 } },
  progress: { body: ProgressBody, size: { least: 3, best: 3, most: 6, rows: 3 } },
  score: {
    body: ScoreBody,
    summary: (model) => game(model)?.caption ?? '',
    size: { least: 3, best: 3, most: 5, rows: 3 },
  },
  chat: { body: ChatBody, messages: true, size: { least: 4, best: 4, most: 8, rows: 3 } },
  news: { body: NewsBody, messages: true, size: { least: 4, best: 5, most: 8, rows: 3 } },
  tasks: { body: TasksBody, summary: tasksDone, size: { least: 3, best: 3, most: 5, rows: 3 } },
  log: { body: LogBody, messages: true, size: { least: 4, best: 6, most: 12, rows: 2 } },
};

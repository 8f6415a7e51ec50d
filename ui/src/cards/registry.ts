import type { Component } from 'svelte';

import type { View } from '../bindings/View';
import type { FeedModel } from '../state/feed.svelte';
import ChatBody from './chat/ChatBody.svelte';
import LogBody from './log/LogBody.svelte';
import NewsBody from './news/NewsBody.svelte';
import PriceBody from './price/PriceBody.svelte';
import ProgressBody from './progress/ProgressBody.svelte';
import ScoreBody from './score/ScoreBody.svelte';
import TasksBody from './tasks/TasksBody.svelte';

export interface BodyProps {
  model: FeedModel;
  /** Pixels that the body has. */
  height: number;
}

interface ViewEntry {
  body: Component<BodyProps>;
  /** Columns of twelve and rows of the grid that a card of it would like. */
  size: { columns: number; rows: number };
}

/** Every view: one folder beside this file, and one line here. */
export const VIEWS = {
  price: { body: PriceBody, size: { columns: 5, rows: 3 } },
  progress: { body: ProgressBody, size: { columns: 3, rows: 3 } },
  score: { body: ScoreBody, size: { columns: 3, rows: 2 } },
  chat: { body: ChatBody, size: { columns: 4, rows: 3 } },
  news: { body: NewsBody, size: { columns: 5, rows: 3 } },
  tasks: { body: TasksBody, size: { columns: 3, rows: 3 } },
  log: { body: LogBody, size: { columns: 6, rows: 2 } },
} satisfies Record<View, ViewEntry>;

import ArrowDown from '@lucide/svelte/icons/arrow-down';
import ArrowUp from '@lucide/svelte/icons/arrow-up';
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowLeftToLine from '@lucide/svelte/icons/arrow-left-to-line';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Clock from '@lucide/svelte/icons/clock';
import FolderPlus from '@lucide/svelte/icons/folder-plus';
import Folder from '@lucide/svelte/icons/folder';
import FoldHorizontal from '@lucide/svelte/icons/fold-horizontal';
import FoldVertical from '@lucide/svelte/icons/fold-vertical';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import UnfoldHorizontal from '@lucide/svelte/icons/unfold-horizontal';
import UnfoldVertical from '@lucide/svelte/icons/unfold-vertical';

import { feedMenu } from '../feeds/menu';
import { m } from '../paraglide/messages';
import type { MenuItem } from '../shared/menu';
import type { App } from '../state/app.svelte';
import type { FeedModel } from '../state/feed.svelte';
import type { Arranger } from './arranger.svelte';
import type { Place } from './layout';
import { groupsOf, sectionsOf } from './sections';
import { DEFAULT_WINDOW, WINDOW_NAMES } from './price/window';
import type { Step } from './size';

/** What can be done with a card: with its feed, and with its place on the dashboard. */
export function cardMenu(app: App, arranger: Arranger, model: FeedModel, place: Place): MenuItem[] {
  const items: MenuItem[] = feedMenu(app, model);
  const own: MenuItem[] = [
    { label: m.card_arrange(), icon: LayoutGrid, testid: 'card-arrange', items: arranging(arranger, model, place) },
    { label: m.form_group(), icon: Folder, testid: 'card-group', items: groups(app, arranger, model) },
  ];
  if (model.view === 'price')
    own.push({ label: m.card_window(), icon: Clock, testid: 'card-window', items: windows(arranger, model) });
  // The last one removes the feed.
  return items.toSpliced(-1, 0, ...own);
}

function arranging(arranger: Arranger, model: FeedModel, place: Place): MenuItem[] {
  const move = (to: 'earlier' | 'later' | 'start') => () => void arranger.move(model, to);
  const step = (to: Step) => () => void arranger.step(model, place, to);
  return [
    { label: m.card_earlier(), icon: ArrowLeft, keys: 'Ctrl ←', testid: 'card-earlier', onselect: move('earlier') },
    { label: m.card_later(), icon: ArrowRight, keys: 'Ctrl →', testid: 'card-later', onselect: move('later') },
    { label: m.card_start(), icon: ArrowLeftToLine, keys: 'Ctrl Home', testid: 'card-start', onselect: move('start') },
    {
      label: m.card_wider(),
      icon: UnfoldHorizontal,
      keys: 'Ctrl Shift →',
      testid: 'card-wider',
      onselect: step('wider'),
    },
    {
      label: m.card_narrower(),
      icon: FoldHorizontal,
      keys: 'Ctrl Shift ←',
      testid: 'card-narrower',
      onselect: step('narrower'),
    },
    {
      label: m.card_taller(),
      icon: UnfoldVertical,
      keys: 'Ctrl Shift ↓',
      testid: 'card-taller',
      onselect: step('taller'),
    },
    {
      label: m.card_shorter(),
      icon: FoldVertical,
      keys: 'Ctrl Shift ↑',
      testid: 'card-shorter',
      onselect: step('shorter'),
    },
    { label: m.card_fit(), icon: RotateCcw, testid: 'card-fit', onselect: () => void arranger.fit(model) },
  ];
}

function groups(app: App, arranger: Arranger, model: FeedModel): MenuItem[] {
  const all = groupsOf(sectionsOf(app.store.feeds));
  const now = model.feed.group ?? '';
  const into = (group: string) => () => void arranger.group(model, group);
  const { name } = model.feed;
  return [
    ...['', ...all].map((group) => ({
      label: group || m.group_none(),
      checked: group === now,
      testid: 'card-group-into',
      onselect: into(group),
    })),
    {
      label: m.group_new(),
      icon: FolderPlus,
      testid: 'card-group-new',
      onselect: () => void (app.sheet = { kind: 'group', name, onname: (group) => void arranger.group(model, group) }),
    },
  ];
}

/** What can be done with a group. */
export function groupMenu(arranger: Arranger, group: string, groups: string[]): MenuItem[] {
  const index = groups.indexOf(group);
  const move = (to: 'up' | 'down') => () => void arranger.moveGroup(group, to);
  return [
    ...(index > 0
      ? [{ label: m.move_up(), icon: ArrowUp, keys: 'Ctrl ↑', testid: 'group-up', onselect: move('up') }]
      : []),
    ...(index < groups.length - 1
      ? [{ label: m.move_down(), icon: ArrowDown, keys: 'Ctrl ↓', testid: 'group-down', onselect: move('down') }]
      : []),
  ];
}

/** What a key pressed on the head of a group means; its menu says the same. */
export function groupKeyOf(event: KeyboardEvent): 'up' | 'down' | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return undefined;
  return event.key === 'ArrowUp' ? 'up' : event.key === 'ArrowDown' ? 'down' : undefined;
}

function windows(arranger: Arranger, model: FeedModel): MenuItem[] {
  const { window: chosen = DEFAULT_WINDOW } = model.card;
  return WINDOW_NAMES.map(([window, name]) => ({
    label: name(),
    checked: window === chosen,
    testid: `card-window-${window}`,
    onselect: () => void arranger.arrange(model, { ...model.card, window }),
  }));
}

/** What a key pressed on a card means; the menu says the same. */
export function keyOf(event: KeyboardEvent): 'earlier' | 'later' | 'start' | Step | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return undefined;
  return (event.shiftKey ? SIZES : MOVES)[event.key as keyof typeof MOVES & keyof typeof SIZES];
}

const MOVES = {
  ArrowLeft: 'earlier',
  ArrowUp: 'earlier',
  ArrowRight: 'later',
  ArrowDown: 'later',
  Home: 'start',
} as const;
const SIZES = { ArrowLeft: 'narrower', ArrowRight: 'wider', ArrowUp: 'shorter', ArrowDown: 'taller' } as const;

/** The same, as a screen reader is told. */
export const KEYS = [
  ...Object.keys(MOVES).map((key) => `Control+${key}`),
  ...Object.keys(SIZES).map((key) => `Control+Shift+${key}`),
].join(' ');

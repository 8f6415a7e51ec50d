import Bell from '@lucide/svelte/icons/bell';
import Bus from '@lucide/svelte/icons/bus';
import Chart from '@lucide/svelte/icons/chart-line';
import Chip from '@lucide/svelte/icons/cpu';
import Database from '@lucide/svelte/icons/database';
import Flame from '@lucide/svelte/icons/flame';
import GitBranch from '@lucide/svelte/icons/git-branch';
import Globe from '@lucide/svelte/icons/globe';
import House from '@lucide/svelte/icons/house';
import Lamp from '@lucide/svelte/icons/lamp';
import List from '@lucide/svelte/icons/list';
import Message from '@lucide/svelte/icons/message-square';
import Plug from '@lucide/svelte/icons/plug';
import Radio from '@lucide/svelte/icons/radio';
import Star from '@lucide/svelte/icons/star';
import Wrench from '@lucide/svelte/icons/wrench';
import type { Component } from 'svelte';

import type { PresetIcon } from '../bindings/PresetIcon';

/** Pictures of the program's own, for services whose signs are their owners'. */
export const ICONS: Record<PresetIcon, Component> = {
  bell: Bell,
  bus: Bus,
  chart: Chart,
  chip: Chip,
  database: Database,
  flame: Flame,
  'git-branch': GitBranch,
  globe: Globe,
  house: House,
  lamp: Lamp,
  list: List,
  message: Message,
  plug: Plug,
  radio: Radio,
  star: Star,
  wrench: Wrench,
};

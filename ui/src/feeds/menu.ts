import Bell from '@lucide/svelte/icons/bell';
import BellOff from '@lucide/svelte/icons/bell-off';
import Blocks from '@lucide/svelte/icons/blocks';
import Link from '@lucide/svelte/icons/link';
import MailCheck from '@lucide/svelte/icons/mail-check';
import Pause from '@lucide/svelte/icons/pause';
import Pencil from '@lucide/svelte/icons/pencil';
import Play from '@lucide/svelte/icons/play';
import Rewind from '@lucide/svelte/icons/rewind';
import Trash from '@lucide/svelte/icons/trash-2';
import SquareArrow from '@lucide/svelte/icons/square-arrow-out-up-right';

import { m } from '../paraglide/messages';
import { isolated } from '../shared/text';
import type { App } from '../state/app.svelte';
import type { FeedModel } from '../state/feed.svelte';
import { linkTo, mayTell } from './link';

/** What can be done with a feed, for its menu. */
export function feedMenu(app: App, model: FeedModel) {
  const { id, feed } = model;
  return [
    {
      label: m.open(),
      icon: SquareArrow,
      testid: 'card-open',
      onselect: () => app.router.go({ page: 'feed', id }),
    },
    { label: m.edit(), icon: Pencil, testid: 'card-edit', onselect: () => void (app.sheet = { kind: 'feed', feed }) },
    {
      label: m.copy_link(),
      icon: Link,
      testid: 'card-link',
      onselect: () =>
        void app.run(
          () => navigator.clipboard.writeText(linkTo(model)),
          mayTell(feed.url) ? m.copied_link_query() : m.copied(),
        ),
    },
    {
      label: m.preset_keep(),
      icon: Blocks,
      testid: 'card-preset',
      onselect: () => void (app.sheet = { kind: 'preset', feed }),
    },
    model.status.type === 'paused'
      ? {
          label: m.resume(),
          icon: Play,
          testid: 'card-resume',
          onselect: () => void app.run((backend) => backend.resumeFeed(id)),
        }
      : {
          label: m.pause(),
          icon: Pause,
          testid: 'card-pause',
          onselect: () => void app.run((backend) => backend.pauseFeed(id)),
        },
    model.muted === null
      ? {
          label: m.mute_day(),
          icon: BellOff,
          testid: 'card-mute',
          onselect: () => void app.run((backend) => backend.muteFeed(id, '1d')),
        }
      : {
          label: m.unmute(),
          icon: Bell,
          testid: 'card-unmute',
          onselect: () => void app.run((backend) => backend.muteFeed(id, null)),
        },
    {
      label: m.mark_read(),
      icon: MailCheck,
      testid: 'card-read',
      onselect: () => void app.run((backend) => backend.readFeed(id)),
    },
    { label: m.replay_feed(), icon: Rewind, testid: 'card-replay', onselect: () => void app.replay(id) },
    {
      label: m.remove(),
      icon: Trash,
      testid: 'card-remove',
      danger: true,
      onselect: () => app.remove('feed', { id, name: isolated(feed.name) }),
    },
  ];
}

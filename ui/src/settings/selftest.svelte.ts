import { type Backend, refusal } from '../backend';
import type { Part } from '../bindings/Part';
import { m } from '../paraglide/messages';

/** What is tried: what the program can try alone, and what only a person can see. */
export type Tried = Part | 'notification' | 'tray';

export interface Result {
  part: Tried;
  state: 'fine' | 'trouble' | 'asks';
  /** What to do, or what is asked. */
  text?: string;
}

/** The self-test: everything is tried at once, and what only a person sees is asked. */
export class SelfTest {
  results: Result[] = $state.raw([]);
  running = $state(false);

  async run(backend: Backend): Promise<void> {
    this.running = true;
    const [checks, notification, tray] = await Promise.all([
      tried(() => backend.selfTest()),
      tried(() => backend.testNotification()),
      tried(() => backend.hasTray()),
    ]);
    const found: Result[] =
      'failed' in checks
        ? [{ part: 'database', state: 'trouble', text: checks.failed }]
        : checks.done.map(({ part, trouble }) =>
            trouble === null ? { part, state: 'fine' } : { part, state: 'trouble', text: trouble },
          );
    found.push(
      'failed' in notification
        ? { part: 'notification', state: 'trouble', text: notification.failed }
        : { part: 'notification', state: 'asks', text: m.ask_notification() },
    );
    const shown = 'done' in tray && tray.done;
    found.push(
      shown
        ? { part: 'tray', state: 'asks', text: m.ask_tray() }
        : { part: 'tray', state: 'trouble', text: 'failed' in tray ? tray.failed : m.tray_none() },
    );
    this.results = found;
    this.running = false;
  }

  /** Whether the user saw it. */
  answer(part: Tried, seen: boolean): void {
    const text = part === 'tray' ? m.tray_unseen() : m.notification_unseen();
    const answered: Result = seen ? { part, state: 'fine' } : { part, state: 'trouble', text };
    this.results = this.results.map((result) => (result.part === part ? answered : result));
  }
}

async function tried<T>(command: () => Promise<T>): Promise<{ done: T } | { failed: string }> {
  try {
    return { done: await command() };
  } catch (thrown) {
    return { failed: refusal(thrown).message };
  }
}

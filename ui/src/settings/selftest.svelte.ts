import { type Backend, refusal } from '../backend';
import type { CheckState } from '../bindings/CheckState';
import type { Part } from '../bindings/Part';
import { m } from '../paraglide/messages';

export interface Result {
  part: Part;
  state: CheckState | 'asks';
  /** What was found, or what is asked. */
  text?: string;
  /** What to do. */
  mend?: string | undefined;
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
    this.results =
      'failed' in checks
        ? [{ part: 'history', state: 'wrong', text: checks.failed }]
        : checks.done.map(({ check: part, state, found: text, mend }) => {
            if (state === 'fine' && part === 'notifications') {
              if ('failed' in notification) return { part, state: 'wrong', text: notification.failed };
              return { part, state: 'asks', text: m.ask_notification() };
            }
            if (state === 'fine' && part === 'tray') {
              if ('failed' in tray) return { part, state: 'wrong', text: tray.failed };
              return tray.done
                ? { part, state: 'asks', text: m.ask_tray() }
                : { part, state: 'warning', text: m.tray_none() };
            }
            return { part, state, text, mend };
          });
    this.running = false;
  }

  /** Whether the user saw it. */
  answer(part: Part, seen: boolean): void {
    const text = part === 'tray' ? m.tray_unseen() : m.notification_unseen();
    const answered: Result = seen ? { part, state: 'fine' } : { part, state: 'wrong', text };
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

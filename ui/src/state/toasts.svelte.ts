/** A short message that goes by itself. */
export interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  /** What can be done about it. */
  action?: { label: string; run: () => void };
  /** What happens when it goes and nothing was done about it. */
  gone?: () => void;
}

const SHOWN_MS = 6000;
/** Who removed something by mistake has to notice. */
const SHOWN_TO_UNDO_MS = 10_000;
const MOST = 4;

/** What failed, and what was done that can not be seen otherwise. */
export class Toasts {
  list: Toast[] = $state.raw([]);
  #last = 0;
  #held = false;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(kind: Toast['kind'], text: string, action?: Toast['action'], gone?: () => void): void {
    const id = (this.#last += 1);
    const toast = { id, kind, text, ...(action ? { action } : {}), ...(gone ? { gone } : {}) };
    for (const { id } of this.list.slice(0, Math.max(this.list.length + 1 - MOST, 0))) this.dismiss(id);
    this.list = [...this.list, toast];
    if (!this.#held) this.#start(toast);
  }

  /** Whoever is at one of them has time: none goes by itself until they have left. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    if (!held) for (const toast of this.list) this.#start(toast);
  }

  dismiss(id: number): void {
    this.#take(id)?.gone?.();
  }

  /** Does what can be done about it. */
  act(id: number): void {
    this.#take(id)?.action?.run();
  }

  #start(toast: Toast): void {
    const shown = toast.gone ? SHOWN_TO_UNDO_MS : SHOWN_MS;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast.id), shown),
    );
  }

  #take(id: number): Toast | undefined {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    // Who was at it has nothing to leave any more.
    this.hold(false);
    const taken = this.list.find((toast) => toast.id === id);
    this.list = this.list.filter((toast) => toast.id !== id);
    return taken;
  }
}

/** A short message that goes by itself. */
export interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  /** What can be done about it. */
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6000;
const MOST = 4;

/** What failed, and what was done that can not be seen otherwise. */
export class Toasts {
  list: Toast[] = $state.raw([]);
  #last = 0;

  show(kind: Toast['kind'], text: string, action?: Toast['action']): void {
    const toast = { id: (this.#last += 1), kind, text, ...(action ? { action } : {}) };
    this.list = [...this.list, toast].slice(-MOST);
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

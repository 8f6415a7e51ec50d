import { flushSync } from 'svelte';

import type { Change } from '../bindings/Change';

/** A frame that takes longer is felt, in milliseconds. */
const FELT = 33;
/** Milliseconds of script in a frame. What it changes has to be laid out and painted too, which takes longer. */
const SCRIPT = { least: 1, most: 8 };

/** Lets changes in frame by frame: as many as can be drawn without a frame that is felt, the rest with the next ones. */
export class Pace {
  #waiting: Change[] = [];
  #running: Promise<void> | undefined;
  #script = SCRIPT.most;
  /** When this frame's script began. */
  #began = 0;
  #apply: (change: Change) => void;
  #frame: () => Promise<unknown>;
  #now: () => number;

  constructor(
    apply: (change: Change) => void,
    frame = (): Promise<unknown> => new Promise(requestAnimationFrame),
    now = (): number => performance.now(),
  ) {
    this.#apply = apply;
    this.#frame = frame;
    this.#now = now;
  }

  /** Draws what it can at once. Resolves when everything is drawn. */
  take(batch: Change[]): Promise<void> {
    const first = this.#waiting.length === 0;
    this.#waiting.push(...batch);
    if (first) this.#slice();
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        await this.#frame();
        const felt = this.#now() - this.#began > FELT;
        this.#script = felt ? Math.max(this.#script / 2, SCRIPT.least) : Math.min(this.#script + 1, SCRIPT.most);
        if (this.#waiting.length === 0) return;
        this.#slice();
      }
    } finally {
      this.#running = undefined;
    }
  }

  #slice(): void {
    this.#began = this.#now();
    do {
      const change = this.#waiting.shift();
      if (!change) return;
      this.#apply(change);
      flushSync();
    } while (this.#now() < this.#began + this.#script);
  }
}

const WINDOW = 5;

/** Events per second over the last seconds, counted in one bucket a second: no timer, no memory an event. */
export class Rate {
  #buckets = new Array<number>(WINDOW + 1).fill(0);
  #second = 0;

  /** Counts events that came at `now` (milliseconds). */
  count(events: number, now: number): void {
    this.#turn(now);
    const slot = this.#second % this.#buckets.length;
    this.#buckets[slot] = (this.#buckets[slot] ?? 0) + events;
  }

  /** The mean of the last whole seconds. */
  perSecond(now: number): number {
    this.#turn(now);
    const running = this.#buckets[this.#second % this.#buckets.length] ?? 0;
    return (this.#buckets.reduce((sum, bucket) => sum + bucket, 0) - running) / WINDOW;
  }

  #turn(now: number): void {
    const second = Math.floor(now / 1000);
    const passed = Math.min(Math.max(second - this.#second, 0), this.#buckets.length);
    for (let step = 1; step <= passed; step += 1) this.#buckets[(second - passed + step) % this.#buckets.length] = 0;
    this.#second = Math.max(second, this.#second);
  }
}

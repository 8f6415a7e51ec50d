import type { Backend } from '../../backend';
import type { Trend } from '../../bindings/Trend';
import type { TrendQuery } from '../../bindings/TrendQuery';

/** How a feed's values went, by their keys: asked for anew as the time goes on. */
export class Trends {
  byKey: ReadonlyMap<string, Trend> = $state.raw(new Map());

  #backend: Backend;
  #turn = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What is known stays until the answer; where there is none, the card tells what it has of the events. */
  async ask(query: TrendQuery): Promise<void> {
    const turn = (this.#turn += 1);
    const trends = await this.#backend.trends(query).catch(() => undefined);
    if (trends && turn === this.#turn) this.byKey = new Map(trends.map((trend) => [trend.key, trend]));
  }
}

import { type Backend, type Refusal, refusal } from '../backend';
import type { Gap } from '../bindings/Gap';
import type { Point } from '../bindings/Point';
import type { Event } from '../bindings/Event';
import { extended } from './curve';

/** Points of a chart: about one each two pixels. */
export const PARTS = 500;
/** How long a range rests before it is asked for: a wheel turns through many. */
const REST_MS = 150;
/** How often the history is asked because more came than the window was sent. */
const CATCH_UP_MS = 2000;

/** What is asked for: a key's values since a time (missing: all), until one (missing: and on). */
export interface Asked {
  feed: string;
  key?: string;
  since?: number;
  until?: number;
}

/** The values of one key of a feed: asked for once, then followed as they come. */
export class SeriesModel {
  /** Those of the feed that have values. */
  keys: string[] = $state.raw([]);
  key: string | undefined = $state();
  points: Point[] = $state.raw([]);
  gaps: Gap[] = $state.raw([]);
  /** Since when they are, if all of them were asked for. */
  since = $state(0);
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  failure: Refusal | undefined = $state.raw();

  #backend: Backend;
  #asked: Asked | undefined;
  #turn = 0;
  #width = 1;
  /** The history was read up to here: what is newer comes with the events. */
  #asOf = 0;
  /** The number of the newest event that was looked at since. */
  #seen = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Asks at once, or where the range is being turned when it rests. What is shown stays until the answer. */
  ask(asked: Asked, resting = false): void {
    this.stop();
    this.#asked = asked;
    if (resting) this.#timer = setTimeout(() => void this.#load(), REST_MS);
    else void this.#load();
  }

  /** The same once more, after a failure. */
  again(): void {
    void this.#load();
  }

  /** More came than the window was sent. */
  catchUp(): void {
    this.#timer ??= setTimeout(() => void this.#load(), CATCH_UP_MS);
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn += 1;
  }

  /** Takes the values of events that are newer than what is known. */
  follow(events: Event[]): void {
    const asked = this.#asked;
    if (this.phase !== 'ready' || asked?.until !== undefined) return;
    const fresh = events.filter(({ seq, at }) => seq > this.#seen && at > this.#asOf);
    this.#seen = Math.max(this.#seen, events.at(-1)?.seq ?? 0);
    const values = fresh.flatMap(({ at, readings }) =>
      readings.flatMap(({ key = '', value }) => (value === undefined ? [] : [{ at, key, value }])),
    );
    if (values.length === 0) return;
    const unknown = values.map(({ key }) => key).filter((key) => !this.keys.includes(key));
    if (unknown.length > 0) this.keys = [...new Set([...this.keys, ...unknown])].sort();
    this.key ??= this.keys[0];
    const ours = values.filter(({ key }) => key === this.key);
    if (ours.length === 0) return;
    const points = extended(this.points, ours, this.since, this.#width);
    this.points = points;
    // Those that have left the window are let go of; where none leaves, they are put together anew.
    if (points.length > 3 * PARTS) {
      if (asked?.since === undefined) this.catchUp();
      else this.points = points.slice(-2 * PARTS);
    }
  }

  async #load(): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const asked = this.#asked;
    if (!asked) return;
    try {
      const series = await this.#backend.series({ ...asked, buckets: PARTS });
      if (turn !== this.#turn) return;
      this.keys = series.keys;
      this.key = series.key ?? undefined;
      this.points = series.points;
      this.gaps = series.gaps;
      this.since = series.since;
      this.#asOf = series.points.at(-1)?.at ?? series.since;
      this.#seen = 0;
      this.#width = Math.floor((series.until - series.since) / PARTS) + 1;
      this.phase = 'ready';
      this.failure = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = refusal(thrown);
      this.phase = 'failed';
    }
  }
}

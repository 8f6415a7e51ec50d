import { type Backend, refusal } from '../backend';
import type { Event } from '../bindings/Event';
import type { FeedId } from '../bindings/FeedId';
import type { ReplayNews } from '../bindings/ReplayNews';
import type { ReplayOverview } from '../bindings/ReplayOverview';

/** How many times as fast as it came. */
export const SPEEDS = [1, 2, 5, 10, 50, 100];

/** So many events are seen, the last. */
const SEEN = 50;

/** A recording that is looked at: where it stands, and what has come of it. */
export class Replay {
  overview: ReplayOverview = $state.raw() as ReplayOverview;
  /** As which feed it is played; `null`: as it was recorded. */
  feed: FeedId | null = $state(null);
  phase: 'paused' | 'playing' | 'over' = $state('paused');
  at = $state(0);
  speed = $state(1);
  events: Event[] = $state.raw([]);
  /** Events of the last frame that are not among them. */
  skipped = $state(0);
  failure: string | undefined = $state();

  #backend: Backend;
  #turn = 0;

  constructor(backend: Backend, overview: ReplayOverview, feed: FeedId | null) {
    this.#backend = backend;
    this.feed = feed;
    this.#look(overview);
  }

  /** Looks through it as another feed. */
  async playAs(feed: FeedId | null): Promise<void> {
    this.pause();
    const turn = (this.#turn += 1);
    this.feed = feed;
    try {
      const overview = await this.#backend.lookThrough(feed);
      if (turn === this.#turn) this.#look(overview);
    } catch (thrown) {
      if (turn === this.#turn) this.failure = refusal(thrown).message;
    }
  }

  /** Goes on where it stands; from its beginning once it is over. */
  async play(): Promise<void> {
    const turn = (this.#turn += 1);
    if (this.phase === 'over') this.at = this.overview.started;
    this.phase = 'playing';
    this.events = [];
    this.skipped = 0;
    this.failure = undefined;
    try {
      await this.#backend.playRecording(this.feed, this.at, this.speed, (news) => {
        if (turn === this.#turn) this.#hear(news);
      });
    } catch (thrown) {
      if (turn === this.#turn) this.#fail(refusal(thrown).message);
    }
  }

  pause(): void {
    if (this.phase !== 'playing') return;
    this.#turn += 1;
    this.phase = 'paused';
    void this.#backend.stopPlaying().catch(() => {});
  }

  /** Goes to a moment, and plays on from there if it plays. */
  seek(at: number): void {
    const { started, ended } = this.overview;
    this.at = Math.min(Math.max(at, started), ended);
    if (this.phase === 'playing') {
      void this.play();
    } else {
      this.phase = 'paused';
      this.events = [];
      this.skipped = 0;
    }
  }

  goAt(speed: number): void {
    this.speed = speed;
    if (this.phase === 'playing') void this.play();
  }

  #look(overview: ReplayOverview): void {
    this.overview = overview;
    this.at = overview.started;
    this.phase = 'paused';
    this.events = [];
    this.failure = overview.broken?.message;
  }

  #hear(news: ReplayNews): void {
    switch (news.type) {
      case 'moved':
        this.at = news.at;
        this.events = [...this.events, ...news.events].slice(-SEEN);
        if (news.events.length > 0) this.skipped = news.skipped;
        return;
      case 'failed':
        this.#fail(news.reason.message);
        return;
      case 'over':
        this.at = this.overview.ended;
        this.phase = 'over';
    }
  }

  #fail(message: string): void {
    this.phase = 'paused';
    this.failure = message;
  }
}

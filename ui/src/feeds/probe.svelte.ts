import type { Backend } from '../backend';
import type { Dialect } from '../bindings/Dialect';
import type { FeedDraft } from '../bindings/FeedDraft';
import type { FeedId } from '../bindings/FeedId';
import type { Mapping } from '../bindings/Mapping';
import type { ProbeNews } from '../bindings/ProbeNews';
import type { Sample } from '../bindings/Sample';
import type { Understanding } from '../bindings/Understanding';

/** The part of a draft that decides what comes. */
function request({ url, headers, auth, proxy, tls, dialect }: FeedDraft): string {
  return JSON.stringify([url, headers, auth, proxy, tls, dialect]);
}

/** A feed tried out while its form is open: what comes, and what it means with the form's mapping. */
export class Probe {
  phase: 'idle' | 'connecting' | 'open' | 'failed' | 'over' = $state('idle');
  opened: Extract<ProbeNews, { type: 'open' }> | undefined = $state.raw();
  failed: Extract<ProbeNews, { type: 'failed' }> | undefined = $state.raw();
  /** Nothing has come for a while. */
  quiet = $state(false);
  /** The server said, without an event, that it is there. */
  alive = $state(false);
  samples: Sample[] = $state.raw([]);
  understanding: Understanding | undefined = $state.raw();
  /** Samples are of the history, not of a probe. */
  remembered = $state(false);

  #backend: Backend;
  #feed: FeedId | null;
  #asked: string | undefined = $state();
  #turn = 0;
  #reading = 0;

  /** `feed` and `draft` are of the one that is edited, and `samples` of its history: it is not tried unasked. */
  constructor(backend: Backend, feed?: FeedId, draft?: FeedDraft, samples: Sample[] = []) {
    this.#backend = backend;
    this.#feed = feed ?? null;
    this.#asked = draft && request(draft);
    this.samples = samples;
    this.remembered = samples.length > 0;
  }

  /** Whether a draft asks for something else than what was tried last. */
  isOld(draft: FeedDraft): boolean {
    return this.#asked !== request(draft);
  }

  /**
   * Tries a draft out, in the place of what is tried now.
   *
   * @throws when the draft is refused.
   */
  async start(draft: FeedDraft): Promise<void> {
    const turn = (this.#turn += 1);
    this.#asked = request(draft);
    this.#reset('connecting');
    try {
      await this.#backend.probeFeed(this.#feed, draft, (news) => {
        if (turn === this.#turn) this.#hear(news);
      });
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.phase = 'idle';
      throw thrown;
    }
  }

  /** What was tried is out of date, or the form is closed. */
  stop(): void {
    if (this.phase === 'idle') return;
    this.#turn += 1;
    if (this.phase === 'connecting' || this.phase === 'open') void this.#backend.stopProbe().catch(() => {});
    this.#asked = undefined;
    this.#reset('idle');
  }

  /**
   * Understands the samples with a mapping and a dialect; what was understood before stays until then.
   *
   * @throws when one of them is refused.
   */
  async read(map: Mapping, dialect: Dialect): Promise<void> {
    const turn = (this.#reading += 1);
    const { samples } = this;
    if (samples.length === 0) {
      this.understanding = undefined;
      return;
    }
    let understanding: Understanding;
    try {
      understanding = await this.#backend.understand(map, dialect, samples);
    } catch (thrown) {
      // Of an older mapping nobody wants to know.
      if (turn === this.#reading) throw thrown;
      return;
    }
    if (turn === this.#reading) this.understanding = understanding;
  }

  #reset(phase: Probe['phase']): void {
    this.phase = phase;
    this.opened = undefined;
    this.failed = undefined;
    this.quiet = false;
    this.alive = false;
    if (!this.remembered) this.samples = [];
  }

  #hear(news: ProbeNews): void {
    switch (news.type) {
      case 'connecting':
        return;
      case 'open':
        this.phase = 'open';
        this.opened = news;
        return;
      case 'samples':
        this.quiet = false;
        this.samples = this.remembered ? news.samples : [...this.samples, ...news.samples];
        this.remembered = false;
        return;
      case 'keep_alive':
        this.alive = true;
        return;
      case 'quiet':
        this.quiet = true;
        return;
      case 'failed':
        this.phase = 'failed';
        this.failed = news;
        return;
      case 'over':
        this.phase = 'over';
    }
  }
}

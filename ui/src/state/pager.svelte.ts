import { type Backend, type Refusal, refusal } from '../backend';
import type { Event } from '../bindings/Event';
import type { Gap } from '../bindings/Gap';
import type { Query } from '../bindings/Query';

const PAGE = 200;
/** Events that a list holds at most; the newest are let go of when the user reads further back. */
const HELD = 5000;

/** A list of the history, newest first, that grows at its end as it is read and at its head as events come. */
export class EventPager {
  events: Event[] = $state.raw([]);
  /** When the feed was not listened to, the newest first. */
  gaps: Gap[] = $state.raw([]);
  loading = $state(false);
  more = $state(false);
  failure: Refusal | undefined = $state.raw();
  /** The list last grew at its head: a list that is scrolled keeps its place from its end. */
  grewAtHead = $state(false);

  #backend: Backend;
  #query: Query = {};
  #asked = 0;
  /** Where the next page begins. */
  #next: number | null = null;
  /** Before which event the page was that failed; none: the first. */
  #failed: number | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Starts anew with another question. */
  async ask(query: Query): Promise<void> {
    this.#query = query;
    await this.#load(undefined);
  }

  /** The page after the last one. */
  async loadOlder(): Promise<void> {
    // What failed is asked for again by the user alone: a list that is scrolled would ask without end.
    if (this.loading || !this.more || this.#next === null || this.failure) return;
    await this.#load(this.#next);
  }

  /** What failed once more. */
  async again(): Promise<void> {
    await this.#load(this.#failed);
  }

  /** Asks for the latest gaps anew, and what came of them. */
  async refreshGaps(): Promise<void> {
    const asked = this.#asked;
    try {
      const { gaps } = await this.#backend.listEvents({ ...this.#query, limit: PAGE });
      if (asked !== this.#asked) return;
      const fresh = new Set(gaps.map(({ until }) => until));
      this.gaps = [...gaps, ...this.gaps.filter(({ until }) => !fresh.has(until))];
    } catch {
      // The list itself tells of what goes wrong when it is asked for.
    }
  }

  /** Puts events that just came (oldest first) at the head; what is known is left out. */
  prepend(events: Event[]): void {
    const newest = this.events[0]?.seq ?? 0;
    const fresh = events.filter((event) => event.seq > newest).reverse();
    if (fresh.length === 0 || this.loading) return;
    const all = [...fresh, ...this.events];
    this.grewAtHead = true;
    this.events = all.slice(0, HELD);
    if (all.length > HELD) {
      this.more = true;
      this.#next = this.events.at(-1)?.seq ?? null;
    }
  }

  async #load(before: number | undefined): Promise<void> {
    const asked = (this.#asked += 1);
    this.loading = true;
    try {
      const ask = (before?: number) =>
        this.#backend.listEvents({ ...this.#query, limit: PAGE, ...(before ? { before } : {}) });
      let page = await ask(before);
      // The engine looks at so many events and no more: on, until it has found something.
      while (asked === this.#asked && page.events.length === 0 && page.next !== null) {
        const { gaps } = page;
        page = await ask(page.next);
        page.gaps.unshift(...gaps);
      }
      if (asked !== this.#asked) return;
      this.grewAtHead = false;
      this.events = before ? [...this.events, ...page.events] : page.events;
      this.gaps = before ? [...this.gaps, ...page.gaps] : page.gaps;
      this.more = page.more;
      this.#next = page.next;
      this.failure = undefined;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.failure = refusal(thrown);
      this.#failed = before;
      // What was found for another question would mislead.
      if (!before) [this.events, this.gaps, this.more] = [[], [], false];
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}

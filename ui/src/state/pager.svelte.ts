import { type Backend, type Refusal, refusal } from '../backend';
import type { Event } from '../bindings/Event';
import type { Query } from '../bindings/Query';

const PAGE = 200;
/** Events that a list holds at most; the newest are let go of when the user reads further back. */
const HELD = 5000;

/** A list of the history, newest first, that grows at its end as it is read and at its head as events come. */
export class EventPager {
  events: Event[] = $state.raw([]);
  loading = $state(false);
  more = $state(false);
  failure: Refusal | undefined = $state.raw();
  /** The list last grew at its head: a list that is scrolled keeps its place from its end. */
  grewAtHead = $state(false);

  #backend: Backend;
  #query: Query = {};
  #asked = 0;

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
    const last = this.events.at(-1);
    if (this.loading || !this.more || !last) return;
    await this.#load(last.seq);
  }

  /** Puts events that just came (oldest first) at the head; what is known is left out. */
  prepend(events: Event[]): void {
    const newest = this.events[0]?.seq ?? 0;
    const fresh = events.filter((event) => event.seq > newest).reverse();
    if (fresh.length === 0 || this.loading) return;
    const all = [...fresh, ...this.events];
    if (all.length > HELD) this.more = true;
    this.grewAtHead = true;
    this.events = all.slice(0, HELD);
  }

  async #load(before: number | undefined): Promise<void> {
    const asked = (this.#asked += 1);
    this.loading = true;
    try {
      const page = await this.#backend.listEvents({ ...this.#query, limit: PAGE, ...(before ? { before } : {}) });
      if (asked !== this.#asked) return;
      this.grewAtHead = false;
      this.events = before ? [...this.events, ...page.events] : page.events;
      this.more = page.more;
      this.failure = undefined;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.failure = refusal(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}

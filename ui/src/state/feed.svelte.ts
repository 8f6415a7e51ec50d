import type { Card } from '../bindings/Card';
import type { Event } from '../bindings/Event';
import type { Feed } from '../bindings/Feed';
import type { FeedState } from '../bindings/FeedState';
import type { Reading } from '../bindings/Reading';
import type { Status } from '../bindings/Status';
import type { View } from '../bindings/View';
import { clock } from './clock.svelte';

/** Events that a feed keeps in the window; older ones are asked of the history. */
export const KEPT = 300;
/** Keys whose rank is remembered. */
const RANKED = 1000;

/** What a reading is about: its key, else its title, else the feed itself. */
export function entity(reading: Reading): string {
  return reading.key ?? reading.title ?? '';
}

/** Events beyond those, each the newest of a key: of a job or task that was not heard of for long. */
const KEPT_KEYS = 200;

/** Whether a reading says how its key stands, until the next one of that key. */
function stands(reading: Reading): boolean {
  return reading.value !== undefined || reading.progress !== undefined || reading.state !== undefined;
}

/** The latest events, and of each key that stands for something the newest. */
function trimmed(events: Event[]): Event[] {
  if (events.length <= KEPT) return events;
  const recent = events.slice(-KEPT);
  const known = new Set<string>();
  for (const event of recent) for (const reading of event.readings) known.add(entity(reading));
  const older: Event[] = [];
  for (const event of events.slice(0, -KEPT).reverse()) {
    let stays = false;
    for (const reading of event.readings) {
      const key = entity(reading);
      if (!stands(reading) || known.has(key)) continue;
      known.add(key);
      stays = true;
    }
    if (stays) older.push(event);
    if (older.length === KEPT_KEYS) break;
  }
  return [...older.reverse(), ...recent];
}

/** Where a job was when it was first heard of, since it last began anew. */
export interface Begin {
  at: number;
  progress: number;
}

/** A feed as the window draws it. */
export class FeedModel {
  feed: Feed = $state.raw(undefined as unknown as Feed);
  view: View = $state('log');
  status: Status = $state.raw({ type: 'paused' });
  /** Since when nothing is listened to, as far as the window knows; `null`: it is open, or never was. */
  offSince: number | null = $state(null);
  unread = $state(0);
  lastEventAt: number | null = $state(null);
  /** Nothing of it is announced until then, which may be over. */
  mutedUntil: number | null = $state(null);
  /** How the user wants its card. */
  card: Card = $state.raw({});
  /** Events that came and were not sent to the window, because a frame can not show so many. */
  skipped = $state(0);

  #kept: Event[] = [];
  #came: Event[] = [];
  #arrivals = $state(0);
  #newest = 0;
  #ranks = new Map<string, number>();
  #begins = new Map<string, Begin & { last: number }>();

  constructor(state: FeedState) {
    this.replace(state);
  }

  get id(): string {
    return this.feed.id;
  }

  /** The latest ones, oldest first. What came is sorted in when it is looked at: few feeds are in sight. */
  get events(): Event[] {
    if (this.#arrivals > 0) this.#settle();
    return this.#kept;
  }

  /** Until when it is muted now; none tells when that is over. */
  get muted(): number | null {
    return this.mutedUntil !== null && this.mutedUntil > clock.now ? this.mutedUntil : null;
  }

  /** The number of the newest event that was seen. */
  get newest(): number {
    return this.#newest;
  }

  /** Takes the whole state of the feed anew. */
  replace(state: FeedState): void {
    this.feed = state.feed;
    this.view = state.view;
    this.turn(state.status, state.last_byte_at ?? state.last_event_at);
    this.unread = state.unread;
    this.lastEventAt = state.last_event_at;
    this.mutedUntil = state.muted_until;
    this.card = state.card;
    this.#kept = trimmed(state.events);
    this.#came = [];
    this.#arrivals += 1;
    this.#newest = this.#kept.at(-1)?.seq ?? 0;
    this.#rank(this.#kept);
  }

  /** Its status is another; `at`: when that was, or the last that is known of it before. */
  turn(status: Status, at: number | null): void {
    if (status.type === 'open') this.offSince = null;
    else this.offSince ??= at;
    this.status = status;
  }

  /** Adds what came; what is known already is left out. Returns how many were new. */
  append(events: Event[]): number {
    const fresh = events.filter((event) => event.seq > this.#newest);
    const last = fresh.at(-1);
    if (!last) return 0;
    this.#newest = last.seq;
    this.#rank(fresh);
    this.#came.push(...fresh);
    if (this.#came.length > KEPT) this.#settle();
    this.#arrivals += 1;
    this.lastEventAt = last.at;
    return fresh.length;
  }

  /** Where an entity stands among all: first seen, first drawn, so that rows keep their place. */
  rank(key: string): number {
    return this.#ranks.get(key) ?? RANKED;
  }

  /** Where a job was when it was first heard of: its pace is told from there, when those events are gone too. */
  begin(key: string): Begin | undefined {
    return this.#begins.get(key);
  }

  #settle(): void {
    if (this.#came.length === 0) return;
    this.#kept = trimmed([...this.#kept, ...this.#came]);
    this.#came = [];
  }

  #rank(events: Event[]): void {
    if (this.#ranks.size > RANKED) {
      this.#ranks.clear();
      this.#begins.clear();
    }
    for (const event of events) {
      for (const reading of event.readings) {
        // Headlines and lines of a log are no two alike, and have no place of their own.
        if (!stands(reading)) continue;
        const key = entity(reading);
        if (!this.#ranks.has(key)) this.#ranks.set(key, this.#ranks.size);
        if (reading.progress === undefined) continue;
        const known = this.#begins.get(key);
        const { progress } = reading;
        if (known && progress >= known.last) known.last = progress;
        else this.#begins.set(key, { at: event.at, progress, last: progress });
      }
    }
  }
}

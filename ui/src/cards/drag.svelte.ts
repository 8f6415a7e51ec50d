import type { FeedModel } from '../state/feed.svelte';
import type { Arranger } from './arranger.svelte';
import type { Place } from './layout';
import { VIEWS } from './registry';
import type { Spot } from './sections';
import { withColumns, withRows } from './size';

/** Nearer to where it began, a press is a click. */
export const SLACK = 5;
/** So near to an edge of the dashboard it scrolls, so many pixels a frame. */
const EDGE = 44;
const SCROLL = 12;

/** Scrolls the dashboard where a pointer is near to its edge; returns by how much. */
export function scrollAtEdge(board: HTMLElement, y: number): number {
  const { top, bottom } = board.getBoundingClientRect();
  const by = y < top + EDGE ? -SCROLL : y > bottom - EDGE ? SCROLL : 0;
  const before = board.scrollTop;
  board.scrollTop += by;
  return board.scrollTop - before;
}

/** What the board knows of where things are. */
export interface Ground {
  board: HTMLElement;
  /** Pixels from the begin of a column to the begin of the next, and of a row. */
  column: number;
  row: number;
  /** The spot whose card would lie nearest to this point of the window, its middle. */
  nearest(feed: FeedModel, x: number, y: number): Spot;
}

/** A card in the hand: followed by pointer from press to release. Nothing is arranged before it is let go of. */
export class Drag {
  feed: FeedModel;
  kind: 'move' | 'size';
  /** The pointer has left where it was pressed. */
  started = $state(false);
  /** Where the card is drawn while it is moved. */
  box = $state.raw({ left: 0, top: 0, width: 0, height: 0 });
  /** Where it would land. */
  spot: Spot = $state.raw({ group: '', index: 0 });

  #card: HTMLElement;
  #ground: () => Ground;
  #begin: { x: number; y: number; card: FeedModel['card']; place: Place };
  #last: { x: number; y: number };
  #frame = 0;

  constructor(
    kind: Drag['kind'],
    feed: FeedModel,
    from: { event: PointerEvent; card: HTMLElement; place: Place; spot: Spot },
    ground: () => Ground,
  ) {
    this.kind = kind;
    this.feed = feed;
    this.spot = from.spot;
    this.#card = from.card;
    const { left, top, width, height } = from.card.getBoundingClientRect();
    this.box = { left, top, width, height };
    const { clientX: x, clientY: y } = from.event;
    this.#begin = { x, y, card: feed.card, place: from.place };
    this.#last = { x, y };
    this.#ground = ground;
  }

  /** Follows the pointer. */
  follow({ clientX: x, clientY: y, pointerId }: PointerEvent, width: number): void {
    if (!this.started) {
      if (Math.hypot(x - this.#begin.x, y - this.#begin.y) < SLACK) return;
      // Also outside the window. Not before: what is captured gets the click, and the card's link would not.
      this.#card.setPointerCapture(pointerId);
      this.started = true;
      this.#scroll();
    }
    if (this.kind === 'size') this.#size(x, y, width);
    else this.#move(x, y);
    this.#last = { x, y };
  }

  /** Lets go of it where it is. */
  async drop(arranger: Arranger): Promise<void> {
    cancelAnimationFrame(this.#frame);
    if (!this.started) return;
    if (this.kind === 'move') return arranger.put(this.feed, this.spot);
    const card = this.feed.card;
    this.feed.card = this.#begin.card;
    await arranger.arrange(this.feed, card);
  }

  /** Puts it back. */
  cancel(arranger: Arranger): void {
    cancelAnimationFrame(this.#frame);
    this.feed.card = this.#begin.card;
    if (this.started) arranger.tellBack(this.feed.feed.name);
  }

  #move(x: number, y: number): void {
    const { left, top, width, height } = this.box;
    this.box = { left: left + x - this.#last.x, top: top + y - this.#last.y, width, height };
    this.spot = this.#ground().nearest(this.feed, this.box.left + width / 2, this.box.top + height / 2);
  }

  #size(x: number, y: number, width: number): void {
    const { column, row } = this.#ground();
    const { place, card } = this.#begin;
    const columns = Math.round((x - this.#begin.x) / column);
    const rows = Math.round((y - this.#begin.y) / row);
    let next = card;
    if (columns !== 0) next = withColumns(next, VIEWS[this.feed.view].size, place.columns + columns, width);
    if (rows !== 0) next = withRows(next, place.rows + rows);
    this.feed.card = next;
  }

  /** At an edge the dashboard goes on under the pointer. */
  #scroll(): void {
    this.#frame = requestAnimationFrame(() => this.#scroll());
    const scrolled = scrollAtEdge(this.#ground().board, this.#last.y);
    // What is sized begins where its corner went.
    if (this.kind === 'size') this.#begin.y -= scrolled;
    else if (scrolled !== 0) this.#move(this.#last.x, this.#last.y);
  }
}

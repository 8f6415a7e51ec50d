import type { Card } from '../bindings/Card';
import type { Place, Wish } from './layout';

/** A card's width is kept in parts of the dashboard, so that it is as wide on a smaller window, in proportion. */
const PARTS = 12;
/** Below these a card shows nothing. */
const LEAST_COLUMNS = 2;
const LEAST_ROWS = 2;
/** More is scrolled through. */
const MOST_ROWS = 12;

/** What a card would like on a grid of `width` columns: what suits its view, unless the user gave it a size. */
export function wishOf(size: Wish, card: Card, width: number): Wish {
  const columns = card.columns && clamp(Math.round((card.columns * width) / PARTS), leastColumns(size, width), width);
  return {
    ...size,
    ...(columns ? { least: columns, best: columns, most: columns } : {}),
    ...(card.rows ? { rows: clamp(card.rows, LEAST_ROWS, MOST_ROWS), fixed: true } : {}),
  };
}

/** The card with so many columns on a grid of `width`. */
export function withColumns(card: Card, size: Wish, columns: number, width: number): Card {
  return { ...card, columns: Math.round((clamp(columns, leastColumns(size, width), width) * PARTS) / width) };
}

/** The card with so many rows. */
export function withRows(card: Card, rows: number): Card {
  return { ...card, rows: clamp(rows, LEAST_ROWS, MOST_ROWS) };
}

/** The card one step larger or smaller than it is drawn. */
export function stepped(card: Card, size: Wish, place: Place, step: Step, width: number): Card {
  switch (step) {
    case 'wider':
      return withColumns(card, size, place.columns + 1, width);
    case 'narrower':
      return withColumns(card, size, place.columns - 1, width);
    case 'taller':
      return withRows(card, place.rows + 1);
    case 'shorter':
      return withRows(card, place.rows - 1);
  }
}

export type Step = 'wider' | 'narrower' | 'taller' | 'shorter';

/** On a small window what a view needs to be read; on a large one a part of it is wide enough. */
function leastColumns(size: Wish, width: number): number {
  return width < PARTS ? Math.min(size.least, width) : LEAST_COLUMNS;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

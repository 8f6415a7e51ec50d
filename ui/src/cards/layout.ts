/** What a card would like, in columns and rows of the grid. */
export interface Wish {
  /** Narrower it can not be read. */
  least: number;
  /** As it looks best. */
  best: number;
  /** Wider it is only empty. */
  most: number;
  rows: number;
  /** So tall and no taller, however tall its neighbours are. */
  fixed?: boolean;
}

/** Where a card is, counted from zero. */
export interface Place {
  column: number;
  row: number;
  columns: number;
  rows: number;
}

/**
 * Places cards on shelves of `width` columns, in their order: as many on a shelf as can be read, then each as wide as
 * the shelf allows. So the order of the document is the order that is seen.
 */
export function place(wishes: Wish[], width: number): Place[] {
  const places: Place[] = [];
  let row = 0;
  for (const shelf of shelves(wishes, width)) {
    const rows = Math.max(...shelf.map((wish) => wish.rows));
    let column = 0;
    share(shelf, width).forEach((columns, index) => {
      const wish = shelf[index];
      places.push({ column, row, columns, rows: wish?.fixed ? wish.rows : rows });
      column += columns;
    });
    row += rows;
  }
  return places;
}

function shelves(wishes: Wish[], width: number): Wish[][] {
  const found: Wish[][] = [];
  let room = 0;
  for (const wish of wishes) {
    const least = Math.min(wish.least, width);
    const last = found.at(-1);
    if (last && least <= room) last.push(wish);
    else {
      found.push([wish]);
      room = width;
    }
    room -= least;
  }
  return found;
}

/** Gives the columns of a shelf one by one to the card that lacks most: first of its best width, then of its widest. */
function share(shelf: Wish[], width: number): number[] {
  const columns = shelf.map((wish) => Math.min(wish.least, width));
  for (let room = width - columns.reduce((sum, each) => sum + each, 0); room > 0; room -= 1) {
    const winner = neediest(shelf, columns, 'best') ?? neediest(shelf, columns, 'most');
    if (winner === undefined) break;
    columns[winner] = (columns[winner] ?? 0) + 1;
  }
  return columns;
}

function neediest(shelf: Wish[], columns: number[], goal: 'best' | 'most'): number | undefined {
  let winner: number | undefined;
  let greatest = 0;
  shelf.forEach((wish, index) => {
    const lack = wish[goal] - (columns[index] ?? 0);
    if (lack > greatest) [winner, greatest] = [index, lack];
  });
  return winner;
}

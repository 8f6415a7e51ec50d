/** What a card would like. */
export interface Wish {
  columns: number;
  rows: number;
}

/** Where a card is, counted from zero. */
export interface Place {
  column: number;
  row: number;
  columns: number;
  rows: number;
}

/** Places cards in a grid of `width` columns: each in the first gap that holds it, then grown into what stays free. */
export function place(wishes: Wish[], width: number): Place[] {
  const taken: boolean[][] = [];
  const places = wishes.map((wish) => {
    const columns = Math.min(wish.columns, width);
    const found = firstGap(taken, width, columns, wish.rows);
    mark(taken, found);
    return found;
  });
  const height = taken.length;
  for (const at of places) {
    while (isFree(taken, width, height, { ...at, column: at.column + at.columns, columns: 1 })) {
      at.columns += 1;
      mark(taken, at);
    }
    while (isFree(taken, width, height, { ...at, row: at.row + at.rows, rows: 1 })) {
      at.rows += 1;
      mark(taken, at);
    }
  }
  return places;
}

function firstGap(taken: boolean[][], width: number, columns: number, rows: number): Place {
  for (let row = 0; ; row += 1) {
    for (let column = 0; column + columns <= width; column += 1) {
      const at = { column, row, columns, rows };
      if (isFree(taken, width, Infinity, at)) return at;
    }
  }
}

function isFree(taken: boolean[][], width: number, height: number, at: Place): boolean {
  if (at.column + at.columns > width || at.row + at.rows > height) return false;
  for (let row = at.row; row < at.row + at.rows; row += 1) {
    for (let column = at.column; column < at.column + at.columns; column += 1) {
      if (taken[row]?.[column]) return false;
    }
  }
  return true;
}

function mark(taken: boolean[][], at: Place): void {
  for (let row = at.row; row < at.row + at.rows; row += 1) {
    const line = (taken[row] ??= []);
    for (let column = at.column; column < at.column + at.columns; column += 1) line[column] = true;
  }
}

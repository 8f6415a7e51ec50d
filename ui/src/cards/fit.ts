/** How many of `count` rows to draw in `height`: all, or as many as leave room for the line 'and n more'. */
export function fit(count: number, height: number, row: number): number {
  const room = Math.floor(height / row);
  return count <= room ? count : Math.max(room - 1, 0);
}

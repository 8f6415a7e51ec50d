/** Room above and below the line. */
const MARGIN = 6;

/** Where the line of these values goes in a box: the whole width, lowest value at the bottom. */
export function line(values: number[], width: number, height: number): [number, number][] {
  const drawn = values.filter(Number.isFinite);
  if (drawn.length === 0) return [];
  const low = Math.min(...drawn);
  const range = Math.max(...drawn) - low;
  const usable = Math.max(height - 2 * MARGIN, 1);
  const y = (value: number) => (range === 0 ? height / 2 : MARGIN + usable * (1 - (value - low) / range));
  if (drawn.length === 1)
    return [
      [0, height / 2],
      [width, height / 2],
    ];
  return drawn.map((value, index) => [(index / (drawn.length - 1)) * width, y(value)]);
}

import type { ReplayOverview } from '../bindings/ReplayOverview';

/** Where a moment stands on the line: 0 to 1. */
export function placeOf({ started, ended }: ReplayOverview, at: number): number {
  const length = ended - started;
  return length > 0 ? Math.min(Math.max((at - started) / length, 0), 1) : 0;
}

/** How dense events are, as an area of 0 to 1000 by 0 to 100; the densest reaches the top. */
export function areaOf({ density, piece, started, ended }: ReplayOverview): string {
  const length = Math.max(ended - started, 1);
  const most = Math.max(...density, 1);
  const x = (index: number) => Math.min((index * piece * 1000) / length, 1000).toFixed(1);
  const steps = density.map((count, index) => {
    const y = (100 - (count / most) * 100).toFixed(1);
    return `L${x(index)} ${y}L${x(index + 1)} ${y}`;
  });
  return `M0 100${steps.join('')}L${x(density.length)} 100Z`;
}

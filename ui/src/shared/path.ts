/** A step into JSON: the name of a field, or the place in a list. */
export type Step = string | number;

/** The way to a value, as RFC 9535 writes it. */
export function jsonPath(steps: Step[]): string {
  const part = (step: Step) => {
    if (typeof step === 'number') return `[${step}]`;
    if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(step)) return `.${step}`;
    const escaped = JSON.stringify(step).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
    return `['${escaped}']`;
  };
  return `$${steps.map(part).join('')}`;
}

const STEP = /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|\[(\d+)\]|\[\*\]|\['((?:[^'\\]|\\.)*)'\]/uy;

/**
 * What stands at a JSONPath of plain steps: names, places, and `[*]` for all of a list. `undefined`: the path has others,
 * which only the engine knows to follow.
 */
export function follow(value: unknown, path: string): unknown[] | undefined {
  let found = [value];
  STEP.lastIndex = 1;
  while (path.startsWith('$') && STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    const [, name, place, quoted] = step;
    const key = name ?? quoted?.replaceAll(/\\(.)/g, '$1');
    found = found.flatMap((inner) => {
      if (typeof inner !== 'object' || inner === null) return [];
      if (key !== undefined)
        return Object.hasOwn(inner, key) && !Array.isArray(inner) ? [(inner as Record<string, unknown>)[key]] : [];
      if (!Array.isArray(inner)) return place === undefined ? Object.values(inner) : [];
      const items: unknown[] = place === undefined ? inner : inner.slice(Number(place), Number(place) + 1);
      return items;
    });
  }
  return path.startsWith('$') ? found : undefined;
}

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

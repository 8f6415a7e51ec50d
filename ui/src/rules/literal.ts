/** What a field of an event's data is compared with. */
export type Literal = string | number | boolean | null;

const WORDS: Record<string, Literal> = { true: true, false: false, null: null };

/**
 * What a person means by a text: `done` a text, `5` a number, `true` and `null` themselves, and all of them in quotes
 * a text again. A number with more digits than a JSON number holds stays a text: the engine compares every digit.
 */
export function parseLiteral(text: string): Literal {
  const trimmed = text.trim();
  if (Object.hasOwn(WORDS, trimmed)) return WORDS[trimmed] as Literal;
  const number = Number(trimmed);
  if (Number.isFinite(number) && String(number) === trimmed) return number;
  return unquoted(trimmed) ?? trimmed;
}

function unquoted(text: string): string | undefined {
  if (!/^".*"$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** The other way: in quotes only where it would be taken for something else. */
export function formatLiteral(value: Literal): string {
  if (typeof value !== 'string') return String(value);
  const mistaken = value === '' || /[\n\r]/.test(value) || parseLiteral(value) !== value;
  return mistaken ? JSON.stringify(value) : value;
}

/** Texts between commas; a comma in quotes does not count. */
export function parseList(text: string): Literal[] {
  const items = text.match(/\s*"(?:[^"\\]|\\.)*"\s*(?=,|$)|[^,]+/g) ?? [];
  return items.filter((item) => item.trim() !== '').map(parseLiteral);
}

export function formatList(values: Literal[]): string {
  return values
    .map((value) => (typeof value === 'string' && value.includes(',') ? JSON.stringify(value) : formatLiteral(value)))
    .join(', ');
}

/** Characters of one text that a row draws at most: more can not be seen, and would cost the layout dearly. */
const DRAWN = 300;

/** The beginning of a text, for a row or a card. */
export function clip(text: string, length = DRAWN): string {
  if (text.length <= length) return text;
  // Not between the two halves of a character.
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length;
  return `${text.slice(0, end)}…`;
}

/** The same on one line. */
export function clipLine(text: string, length = DRAWN): string {
  return clip(text, length).replaceAll(/\s*\n\s*/g, ' ');
}

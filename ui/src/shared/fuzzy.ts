/** How well a text meets one part of what was typed: from its begin, from that of a word, anywhere, letter by letter. */
function score(text: string, part: string): number {
  if (text.startsWith(part)) return 4;
  const at = text.indexOf(part);
  if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 2 : 3;
  let from = 0;
  for (const letter of part) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) return 0;
  }
  return 1;
}

/** Those that meet every part of what was typed, the best first; else in their order. */
export function fuzzy<Item>(items: Item[], typed: string, text: (item: Item) => string): Item[] {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = items.map((item) => {
    const lower = text(item).toLowerCase();
    const scores = parts.map((part) => score(lower, part));
    return { item, score: scores.includes(0) ? -1 : scores.reduce((sum, score) => sum + score, 0) };
  });
  return scored
    .filter(({ score }) => score >= 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

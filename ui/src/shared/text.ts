/** Characters of one text that a row draws at most: more can not be seen, and would cost the layout dearly. */
const DRAWN = 300;
/** Marks on one letter: no language needs more, and a tower of them is drawn over the lines above and below. */
const TOWER = /(\p{M}{5})\p{M}+/gu;
const BREAKS = /\s*[\n\r\v\f\u0085\u2028\u2029]\s*/g;

/** The beginning of a text, for a row or a card. */
export function clip(text: string, length = DRAWN): string {
  if (text.length <= length) return text.replace(TOWER, '$1');
  // Not between the two halves of a character.
  const end = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length;
  return `${text.slice(0, end).replace(TOWER, '$1')}…`;
}

/** The same on one line. */
export function clipLine(text: string, length = DRAWN): string {
  return clip(text, length).replaceAll(BREAKS, ' ');
}

/** What turns the direction of writing: letters that are written from the right, and the marks for it. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|\p{Script=Arabic}|\p{Script=Hebrew}/u;
const [FIRST_STRONG, END] = ['\u2068', '\u2069'];

/** A text of elsewhere among other words on a line: whatever turns the direction of writing in it ends with it. */
export function isolated(text: string): string {
  if (!TURNS.test(text)) return text;
  let open = 0;
  const balanced = text.replace(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== END) open += 1;
    else if (open === 0) return '';
    else open -= 1;
    return mark;
  });
  return FIRST_STRONG + balanced + END.repeat(open + 1);
}

/** A piece of JSON text with what it is, to be drawn as text nodes of different colour. */
export interface Token {
  kind: 'plain' | 'key' | 'string' | 'number' | 'word';
  text: string;
}

const PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Cuts one line of text into tokens; what does not look like JSON stays one plain piece. */
export function tokens(text: string): Token[] {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return [{ kind: 'plain', text }];
  const found: Token[] = [];
  let end = 0;
  const add = (kind: Token['kind'], piece: string) => {
    if (piece) found.push({ kind, text: piece });
  };
  for (const match of text.matchAll(PIECES)) {
    const [whole, quoted, colon, number] = match;
    add('plain', text.slice(end, match.index));
    if (quoted) add(colon === undefined ? 'string' : 'key', quoted);
    else add(number ? 'number' : 'word', whole);
    add('plain', colon ?? '');
    end = match.index + whole.length;
  }
  add('plain', text.slice(end));
  return found;
}

/** The value that a text is as JSON; `undefined` if it is none, or a bare word or number. */
export function parseJson(text: string): object | undefined {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

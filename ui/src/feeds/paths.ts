import { follow } from '../shared/path';

/** A line of a sample event: a value, or what holds values. */
export interface SampleRow {
  name: string;
  depth: number;
  /** Of a value: where it stands, as a JSONPath; nothing for what holds values. */
  path?: string;
  /** The value, or how many are inside. */
  text: string;
  kind: 'string' | 'number' | 'word' | 'inner' | 'more';
}

/** Lines that are drawn; the paths of others are written by hand. */
const MOST_ROWS = 200;
/** Elements of one list: they are alike. */
const MOST_ITEMS = 10;
const MOST_DEPTH = 8;

/** The step to a member, in short where its name allows that. */
function step(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `.${name}`;
  // Not all control characters may stand there as they are.
  const quoted = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `['${quoted}']`;
}

/**
 * The lines of a sample. Of a list of objects the engine takes each as an event of its own, and of any event what a
 * mapping's `each` finds: then paths begin in it, and one is shown for all.
 */
export function rowsOf(value: unknown, each = ''): SampleRow[] {
  const rows: SampleRow[] = [];
  add(rows, beginning(value, each), '', '$', 0);
  return rows;
}

function beginning(value: unknown, each: string): unknown {
  if (each) return follow(value, each)?.[0];
  return Array.isArray(value) ? (value.find(isObject) ?? value) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function add(rows: SampleRow[], value: unknown, name: string, path: string, depth: number): void {
  if (rows.length >= MOST_ROWS || value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    const kind = typeof value === 'string' || typeof value === 'number' ? typeof value : 'word';
    rows.push({ name, depth, path, text: JSON.stringify(value) ?? '', kind: kind as SampleRow['kind'] });
    return;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  if (depth > 0) rows.push({ name, depth, text: list ? `[${entries.length}]` : `{${entries.length}}`, kind: 'inner' });
  if (depth >= MOST_DEPTH) return;
  for (const [key, inner] of entries.slice(0, list ? MOST_ITEMS : entries.length))
    add(rows, inner, key, path + (list ? `[${key}]` : step(key)), depth + 1);
  if (list && entries.length > MOST_ITEMS)
    rows.push({ name: '', depth: depth + 1, text: String(entries.length - MOST_ITEMS), kind: 'more' });
}

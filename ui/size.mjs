// How large the script is that the window loads before it is drawn, packed as over a wire: what README promises.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 150 * 1024;
const dist = new URL('./dist/', import.meta.url);
const read = (path) => readFileSync(new URL(path, dist), 'utf8');

const waiting = [...read('index.html').matchAll(/(?:src|href)="\/?(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
// What the page asks for by itself as soon as its frame is painted.
waiting.push(
  ...readdirSync(new URL('assets/', dist))
    .filter((name) => /^main-.*\.js$/.test(name))
    .map((name) => `assets/${name}`),
);
const loaded = new Map();
for (let path = waiting.pop(); path; path = waiting.pop()) {
  if (loaded.has(path)) continue;
  const script = read(path);
  loaded.set(path, gzipSync(script).length);
  // Imports of the head of a module; those inside functions are loaded when they are needed.
  for (const [, name] of script.matchAll(/(?:^|[;}])(?:import|export)[^;("']*["']\.\/([^"']+\.js)["']/g)) {
    waiting.push(`assets/${name}`);
  }
}
const size = [...loaded.values()].reduce((sum, each) => sum + each, 0);
const told = `${(size / 1024).toFixed(1)} KB of script before the window is drawn (${loaded.size} files, gzip)`;
if (size > LIMIT) {
  console.error(`${told}: more than ${LIMIT / 1024} KB. Load what is not seen at first when it is needed.`);
  process.exit(1);
}
console.log(told);

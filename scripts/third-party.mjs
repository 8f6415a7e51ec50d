// Prints the licences of all that is built into the program: crates, and packages of the window. Each text once, below
// the names of those that come with it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** What a crate or package comes with: its name, where it is, and what it says of its licence. */
function* crates() {
  const shipped = new Set(
    run('cargo', 'tree', '--package=streambell', '--edges=normal', '--prefix=none', '--format={p}', '--features=custom-protocol')
      .split('\n')
      .map((line) => line.split(' ').slice(0, 2).join(' ')),
  );
  const { packages } = JSON.parse(run('cargo', 'metadata', '--format-version=1'));
  for (const { name, version, license, manifest_path, source } of packages)
    if (source !== null && shipped.has(`${name} v${version}`))
      yield { name: `${name} ${version}`, folder: dirname(manifest_path), license };
}

function* modules() {
  const { packages } = JSON.parse(readFileSync('ui/package-lock.json', 'utf8'));
  for (const [path, { version, license, dev, optional }] of Object.entries(packages)) {
    const folder = join('ui', path);
    if (path === '' || dev || (optional && !existsSync(folder))) continue;
    yield { name: `${path.replace(/^.*node_modules\//, '')} ${version}`, folder, license };
  }
}

const FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;
const namesOf = new Map();
for (const { name, folder, license } of [...crates(), ...modules()]) {
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && FILE.test(file.name));
  const texts = files.map((file) => readFileSync(join(folder, file.name), 'utf8').trim().replace(/\r\n/g, '\n'));
  for (const text of texts.length > 0 ? texts : [`(It comes without a text. Its licence: ${license}.)`])
    namesOf.set(text, [...(namesOf.get(text) ?? []), name]);
}

console.log('What is built into Streambell, and under which licences.');
for (const [text, names] of namesOf) console.log(`\n${'='.repeat(80)}\n${names.join(', ')}\n${'-'.repeat(80)}\n${text}`);

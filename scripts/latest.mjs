// Writes latest.json: what the program's updater reads, with the signed packages of a release in a folder.
// Without signed packages nothing is written: then nobody is told of this release by the program itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [version, folder] = process.argv.slice(2);
const downloads = `https://github.com/streambell/streambell/releases/download/v${version}`;
const platformsOf = [
  [/\.AppImage$/, ['linux-x86_64']],
  [/\.app\.tar\.gz$/, ['darwin-x86_64', 'darwin-aarch64']],
  [/-setup\.exe$/, ['windows-x86_64']],
];

const platforms = {};
for (const signatureFile of readdirSync(folder).filter((name) => name.endsWith('.sig'))) {
  const name = signatureFile.slice(0, -'.sig'.length);
  const signature = readFileSync(join(folder, signatureFile), 'utf8');
  for (const [form, names] of platformsOf) {
    if (!form.test(name)) continue;
    for (const platform of names) platforms[platform] = { signature, url: `${downloads}/${encodeURIComponent(name)}` };
  }
}
if (Object.keys(platforms).length > 0) {
  const latest = { version, pub_date: new Date().toISOString(), platforms };
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(latest, null, 2)}\n`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { SCENES } from './scenes';

export const THEMES = ['light', 'dark'] as const;
export const LOCALES = ['en-GB', 'zh-CN'];

/** Beside ui/: the folder that git ignores. */
const FOLDER = new URL('../../screenshots/', import.meta.url).pathname;

export function pictureOf(scene: string, theme: string, locale: string): string {
  return `${FOLDER}${scene}-${theme}-${locale.slice(0, 2)}.png`;
}

/** Once all are taken: a page that shows them side by side. */
export default function album(): void {
  const kinds = THEMES.flatMap((theme) => LOCALES.map((locale) => [theme, locale] as const));
  const rows = SCENES.map(({ name }) => {
    const pictures = kinds.map(([theme, locale]) => basename(pictureOf(name, theme, locale)));
    const cells = pictures.map((file) => `<a href="${file}"><img src="${file}" alt="${file}" loading="lazy"></a>`);
    return `<h2 id="${name}">${name}</h2><div>${cells.join('')}</div>`;
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    `${FOLDER}index.html`,
    `<!doctype html><meta charset="utf-8"><title>Streambell, every view</title>
<style>
  body { font: 14px system-ui; margin: 16px; background: #777; color: #fff }
  h2 { font-size: 14px; margin: 16px 0 6px }
  div { display: grid; grid-template-columns: repeat(${kinds.length}, 1fr); gap: 8px }
  img { display: block; width: 100% }
</style>
${rows.join('\n')}
`,
  );
  console.log(`Open ${FOLDER}index.html`);
}

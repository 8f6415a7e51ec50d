import { readFileSync } from 'node:fs';

import { build, preview } from 'vite';

/** The window's content security policy, as the shell sets it. */
const { app } = JSON.parse(readFileSync(new URL('../../tauri.conf.json', import.meta.url), 'utf8')) as {
  app: { security: { csp: string } };
};

/** Builds the window with its second backend and serves it on a free port. */
export default async function serve(): Promise<() => Promise<void>> {
  const outDir = 'test-results/dist';
  await build({ mode: 'test', logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const server = await preview({
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, headers: { 'Content-Security-Policy': app.security.csp } },
    logLevel: 'warn',
  });
  const address = server.httpServer.address();
  if (!address || typeof address === 'string') throw new Error('the preview has no port');
  process.env.STREAMBELL_UI = `http://127.0.0.1:${address.port}/`;
  return () => server.close();
}

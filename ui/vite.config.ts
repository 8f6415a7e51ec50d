import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['globalVariable', 'baseLocale'],
    }),
    svelte(),
  ],
  // The address that tauri.conf.json names.
  server: { host: '127.0.0.1', port: 1420, strictPort: true },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'safari16',
    // The content security policy allows neither fonts from `data:` nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Else it would be in the next, and first.ts would wait for all of that.
            { name: 'preload', test: 'vite/preload-helper', priority: 1 },
            // What the window needs when it is drawn is one file: each file more is another request of the webview.
            { name: 'main', test: /[\\/]src[\\/]main\.ts$/ },
          ],
        },
      },
    },
  },
});

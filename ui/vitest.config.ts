import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The messages are compiled before, by `npm run messages`: the plugin's watcher would keep the run from ending.
export default defineConfig({
  plugins: [svelte()],
  // Runes run in their browser form, without a document.
  resolve: { conditions: ['browser'] },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});

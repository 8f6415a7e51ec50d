import { defineConfig, mergeConfig } from 'vitest/config';

import vite from './vite.config';

export default mergeConfig(
  vite,
  defineConfig({
    // Runes run in their browser form, without a document.
    resolve: { conditions: ['browser'] },
    test: { include: ['src/**/*.test.ts'], environment: 'node' },
  }),
);

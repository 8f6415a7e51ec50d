import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

const domains = ['alerts', 'cards', 'chart', 'feeds', 'history', 'presets', 'rules', 'settings'];
const tauri = { group: ['@tauri-apps/*'], message: 'Only src/backend knows the host.' };

/** Files of `folder` may not import what stands above them. */
function tier(files, above, extra = []) {
  const patterns = [tauri, ...extra];
  if (above.length > 0) {
    patterns.push({
      group: above.map((name) => `**/${name}/**`),
      message: 'Imports go down only: views → domain → state, shared.',
    });
  }
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

export default ts.config(
  { ignores: ['dist', 'test-results', 'src/paraglide', 'src/bindings'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      // Plain maps here are caches and indexes that nothing draws from.
      'svelte/prefer-svelte-reactivity': 'off',
      // Hash links inside one page: there is no router to resolve them with.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  tier(['src/App.svelte', 'src/main.ts', 'src/views/**'], []),
  tier(
    domains.map((name) => `src/${name}/**`),
    ['views'],
  ),
  tier(['src/state/**'], ['views', 'shared', ...domains]),
  tier(['src/shared/**'], ['views', 'state', 'backend', ...domains]),
);

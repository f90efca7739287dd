import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import boundaries from 'eslint-plugin-boundaries';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';
import { LAYERS } from './architecture.config.js';

const toElement = (folder) => ({ type: folder, pattern: `src/${folder}` });

/** One policy per folder: it may import itself and the layers below it. */
const importPolicies = LAYERS.flatMap((layer, level) =>
  layer.map((folder) => ({
    from: { element: { type: folder } },
    allow: { to: { element: { types: { anyOf: [folder, ...LAYERS.slice(0, level).flat()] } } } },
  })),
);

export default defineConfig(
  globalIgnores(['dist', 'dist-dev', 'data', 'coverage', 'test/openapi/clients', '*.config.js']),
  eslint.configs.recommended,
  tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'simple-import-sort': simpleImportSort },
    rules: {
      'simple-import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^\\.']] }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'max-lines': ['error', { max: 250 }] } },
  // The port and its adapters have a method for each thing that is stored.
  { files: ['src/storage/**/*.repository.ts'], rules: { 'max-lines': ['error', { max: 280 }] } },
  {
    files: ['src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [...LAYERS.flat().map(toElement), { type: 'app', pattern: 'src' }],
      'import/resolver': { typescript: { project: 'tsconfig.json' } },
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies: importPolicies }],
      'boundaries/no-unknown-files': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/time/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Use the injected Clock.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Use the injected Clock.',
        },
      ],
    },
  },
  {
    files: ['src/usage-events/tracker/*.js', 'src/dashboard/assets/*.js', 'test/**/*.js', 'bench/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'window',
          'document',
          'navigator',
          'location',
          'history',
          'localStorage',
          'fetch',
          'clearTimeout',
          'crypto',
          'Blob',
          'URL',
          'process',
          'console',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'performance',
          'AbortController',
          'Buffer',
          'addEventListener',
          'matchMedia',
          'getComputedStyle',
          'Intl',
          'ResizeObserver',
          'uPlot',
          'devicePixelRatio',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['test/*.contract.ts'], rules: { 'max-lines': 'off' } },
  prettier,
);

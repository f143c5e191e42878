import { defineConfig, type OxlintOverride } from 'oxlint';

const tests = ['**/*.test.ts', '**/*.test.tsx'];

/** Where time and chance are passed in, so that tests can hold them. */
const timeless = {
  files: ['server/src/collaboration/**/*.ts', 'server/src/messaging/**/*.ts', 'client-sdk/src/**/*.{ts,tsx}'],
  excludeFiles: ['**/clock.ts', '**/runtime.ts', ...tests],
};

const passedIn = 'Time and chance come from the clock and the runtime that were passed in.';
const clockGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestAnimationFrame',
  'requestIdleCallback',
];
const clockProperties = [
  { object: 'Date', property: 'now' },
  { object: 'performance', property: 'now' },
  { object: 'process', property: 'hrtime' },
  { object: 'AbortSignal', property: 'timeout' },
  { object: 'Math', property: 'random' },
];

const bySdk =
  'The page speaks to the server through the SDK, and before somebody is signed in through lib/http.ts.';
const wireGlobals = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport'];

/** The page has one way out by hand; who may use that stands in test/tools/lint/laws.ts. */
const web: OxlintOverride = {
  files: ['server/web/src/**/*.{ts,tsx}'],
  excludeFiles: ['server/web/src/lib/http.ts', ...tests],
  rules: {
    'no-restricted-globals': [
      'error',
      { checkGlobalObject: true, globals: wireGlobals.map((name) => ({ name, message: bySdk })) },
    ],
    'no-restricted-properties': ['error', { object: 'navigator', property: 'sendBeacon', message: bySdk }],
  },
};

export default defineConfig({
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'deny' },
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise'],
  jsPlugins: ['./test/tools/lint/plugin.ts'],
  ignorePatterns: [
    '**/dist/**',
    'client-sdk/api/**',
    // Projects of their own: they are installed and compiled away from here.
    'client-sdk/samples/*/src/**',
    '**/.tsbuild/**',
    'test/.output/**',
  ],
  categories: { correctness: 'error' },
  rules: {
    'latchbox/arrows': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-self-import': 'error',
    // Written as escapes on purpose, where texts are checked for invisible characters.
    'no-control-regex': 'off',
    // A send says what follows it in a field `then`; its value is a word, so nothing takes it for a promise.
    'unicorn/no-thenable': 'off',
    'no-misleading-character-class': ['error', { allowEscape: true }],
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
  },
  overrides: [
    {
      ...timeless,
      rules: {
        'latchbox/no-ambient-date': 'error',
        'no-restricted-globals': [
          'error',
          { checkGlobalObject: true, globals: clockGlobals.map((name) => ({ name, message: passedIn })) },
        ],
        'no-restricted-imports': [
          'error',
          { patterns: [{ regex: '^(node:)?(timers|perf_hooks)(/|$)', message: passedIn }] },
        ],
        'no-restricted-properties': [
          'error',
          ...clockProperties.map((property) => ({ ...property, message: passedIn })),
        ],
      },
    },
    web,
    {
      files: ['server/web/**/*.tsx', 'client-sdk/src/react/**'],
      plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'react', 'jsx-a11y'],
      rules: { 'react/rules-of-hooks': 'error', 'react/exhaustive-deps': 'error' },
    },
    {
      files: [...tests, 'test/**/*.ts'],
      rules: { 'max-lines-per-function': 'off', 'typescript/no-non-null-assertion': 'off' },
    },
  ],
});

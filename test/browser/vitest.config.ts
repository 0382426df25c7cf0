import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests in a real browser: `npm run test:browser`. They have their own configuration because they require Chromium. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/browser/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    maxWorkers: 2,
    // As in the configuration of the other tests: importing a file has no side effects.
    isolate: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})

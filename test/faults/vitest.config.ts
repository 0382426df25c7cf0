import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Faults under load: `npm run test:faults`. They take minutes and use all cores, so they are no part of `npm test`. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // The name by which test/support/global-setup.ts prepares PostgreSQL and Redis.
    name: 'servers',
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    // One fault at a time: figures of two would mix.
    maxWorkers: 1,
    isolate: false,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
})

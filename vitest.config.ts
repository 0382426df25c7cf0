import { defineConfig } from 'vitest/config'

const serversGiven = process.env.TEST_DATABASE_URL !== undefined && process.env.TEST_REDIS_URL !== undefined
const throughTheDoor = ['api', 'contracts', 'security', 'degraded', 'processes'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)
/** Outages of servers, and several processes on one. */
const needServers = ['test/degraded/**', 'test/processes/**']
/** In a browser: `npm run test:browser`. */
const inBrowser = ['test/browser/**']
/** Whoever puts something else in the place of a module must not meet files that have loaded it already. */
const mocking = ['test/unit/secrets.test.ts']

export default defineConfig({
  resolve: {
    // Yoga loads graphql as CommonJS, Vitest would load ours as a second copy: GraphQLErrors would fail `instanceof`.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    maxWorkers: 2,
    // Importing a file does nothing, so files share what is loaded: half the time of a run.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    projects: [
      {
        extends: true,
        test: {
          name: 'embedded',
          include: ['test/**/*.test.ts'],
          exclude: [...needServers, ...inBrowser, ...mocking],
        },
      },
      { extends: true, test: { name: 'alone', include: mocking, isolate: true, globalSetup: [] } },
      ...(serversGiven
        ? [{ extends: true as const, test: { name: 'servers', include: throughTheDoor } }]
        : []),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/adapters/prisma/generated/**', 'src/main.ts', 'src/cli.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: { lines: 85, branches: 85 },
    },
  },
})

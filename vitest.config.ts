import { defineConfig } from 'vitest/config'
import { LeftOutReporter } from './test/support/left-out-reporter.ts'

const serversGiven = process.env.TEST_DATABASE_URL !== undefined && process.env.TEST_REDIS_URL !== undefined
const onBothBackends = ['api', 'contracts', 'security', 'degraded', 'processes'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)
/** Tests that require PostgreSQL and Redis: outages, and several processes on one database. */
const needServers = ['test/degraded', 'test/processes']
/** Tests in a browser: `npm run test:browser`. */
const inBrowser = ['test/browser/**']
/** Tests that mock a module. They run isolated, since other files may have loaded the real module already. */
const mocking = ['test/unit/secrets.test.ts']

export default defineConfig({
  resolve: {
    // Yoga loads graphql as CommonJS and Vitest would load a second copy as ESM: `instanceof GraphQLError` would fail.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    maxWorkers: 2,
    reporters: serversGiven ? ['default'] : ['default', new LeftOutReporter(needServers)],
    // Importing a file has no side effects, so test files can share loaded modules. This halves the time of a run.
    isolate: false,
    // Waits end by a condition (test/support/eventually.ts), so a generous limit costs time only when a test fails.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: ['test/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    projects: [
      {
        extends: true,
        test: {
          name: 'embedded',
          include: ['test/**/*.test.ts'],
          exclude: [...needServers.map((folder) => `${folder}/**`), ...inBrowser, ...mocking],
        },
      },
      { extends: true, test: { name: 'alone', include: mocking, isolate: true, globalSetup: [] } },
      ...(serversGiven
        ? [{ extends: true as const, test: { name: 'servers', include: onBothBackends } }]
        : []),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/adapters/prisma/generated/**', 'src/main.ts', 'src/cli.ts'],
      reporter: ['text-summary', 'html'],
      // A failed test is no reason to hide the figures.
      reportOnFailure: true,
      thresholds: { lines: 85, branches: 85 },
    },
  },
})

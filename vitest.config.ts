import { defineConfig } from 'vitest/config'

const serversGiven = process.env.TEST_DATABASE_URL !== undefined && process.env.TEST_REDIS_URL !== undefined
const throughTheDoor = ['api', 'contracts', 'security', 'degraded', 'processes'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)
/** Outages of servers, and several processes on one. */
const needServers = ['test/degraded/**', 'test/processes/**']

export default defineConfig({
  resolve: {
    // Yoga loads graphql as CommonJS, Vitest would load ours as a second copy: GraphQLErrors would fail `instanceof`.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    projects: [
      { extends: true, test: { name: 'embedded', include: ['test/**/*.test.ts'], exclude: needServers } },
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

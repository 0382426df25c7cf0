import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { verifyImports } from './scripts/packages/library-imports.mjs'
import {
  onceOnEmbedded,
  onceOnServers,
  onServersAlone,
  serverFolders,
  sharedFolders,
} from './test/support/backends.ts'
import { LeftOutReporter } from './test/support/left-out-reporter.ts'

const serversGiven = process.env.TEST_DATABASE_URL !== undefined && process.env.TEST_REDIS_URL !== undefined
/** Tests in a browser, of the packed packages and of faults under load: `npm run test:browser`, `test:packages`, `test:faults`. */
const apart = ['test/browser/**', 'test/packages/**', 'test/faults/**']
/** Tests that mock a module. They run isolated, since other files may have loaded the real module already. */
const mocking = ['test/unit/secrets.test.ts']

const filesOf = (folder: string) => `${folder}/**/*.test.ts`

export default defineConfig({
  resolve: {
    // Yoga loads graphql as CommonJS and Vitest would load a second copy as ESM: `instanceof GraphQLError` would fail.
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // Examples import the package; here it is the source.
      ...Object.entries(verifyImports).map(([path, file]) => ({
        find: new RegExp(`^${path.replace('.', 'gatehouse-verify')}$`),
        replacement: fileURLToPath(new URL(`src/verify/${file}.ts`, import.meta.url)),
      })),
    ],
  },
  test: {
    // For two processors: a worker often waits for a server, a process, a timer or the disk. It takes about 1 GB of
    // memory, and at most some twenty of the connections that PostgreSQL grants.
    maxWorkers: serversGiven ? 4 : 3,
    reporters: serversGiven ? ['default'] : ['default', new LeftOutReporter(serverFolders)],
    // Importing a file has no side effects, so test files can share loaded modules. This halves the time of a run.
    isolate: false,
    // Waits end by a condition (test/support/eventually.ts), so a generous limit costs time only when a test fails.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    globalSetup: ['test/support/global-setup.ts'],
    env: { NODE_ENV: 'test' },
    projects: [
      {
        extends: true,
        test: {
          name: 'embedded',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...serverFolders.map(filesOf),
            ...apart,
            ...mocking,
            ...(serversGiven ? [...onceOnServers, ...onServersAlone()] : []),
          ],
        },
      },
      { extends: true, test: { name: 'alone', include: mocking, isolate: true, globalSetup: [] } },
      ...(serversGiven
        ? [
            {
              extends: true as const,
              test: {
                name: 'servers',
                include: [...sharedFolders, ...serverFolders].map(filesOf),
                exclude: [...onceOnEmbedded],
              },
            },
          ]
        : []),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/adapters/prisma/generated/**', 'src/main.ts', 'src/cli.ts', 'src/pages/**'],
      reporter: ['text-summary', 'html'],
      // A failed test is no reason to hide the figures.
      reportOnFailure: true,
      thresholds: { lines: 85, branches: 85 },
    },
  },
})

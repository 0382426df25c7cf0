import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests of the packed packages: `npm run test:packages`. They are apart because they pack, and install from the registry. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'packages',
    include: ['test/packages/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
})

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { emptyHomes } from '../support/architecture/homes.ts'

const { dependencies, devDependencies } = createRequire(import.meta.url)('../../package.json')
const installed = Object.keys({ ...dependencies, ...devDependencies })

it('every home exists and belongs to a package of package.json', () => {
  expect(emptyHomes(installed, existsSync)).toEqual([])
})

it.each<[string, readonly string[]]>([
  ['left-pad', ['lib/']],
  ['@left-pad/', ['lib/']],
  ['pino', ['adapters/paper/']],
])('reports a planted home of %s in %j', (name, places) => {
  expect(emptyHomes(installed, existsSync, { [name]: places })).toHaveLength(1)
})

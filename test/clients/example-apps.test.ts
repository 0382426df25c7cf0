import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Files that do not depend on the GraphQL client. Each app is complete, so that it can be copied by itself. */
const sharedFiles = [
  '.npmrc',
  'src/app.tsx',
  'src/entry-pages.tsx',
  'src/form.tsx',
  'src/link-pages.tsx',
  'src/router.tsx',
  'src/store.ts',
  'src/style.css',
]

it.each(sharedFiles)('%s is the same in both example apps', (file) => {
  const [apollo, urql] = ['spa-apollo', 'spa-urql'].map((app) =>
    readFileSync(`examples/${app}/${file}`, 'utf8'),
  )
  expect(urql).toBe(apollo)
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Files that do not depend on the GraphQL client. Each app is complete, so that it can be copied by itself. */
const sharedFiles = [
  '.npmrc',
  'src/app.tsx',
  'src/confirm-form.tsx',
  'src/devices-page.tsx',
  'src/entry-pages.tsx',
  'src/form.tsx',
  'src/link-pages.tsx',
  'src/new-password-field.tsx',
  'src/page.tsx',
  'src/profile-page.tsx',
  'src/router.tsx',
  'src/security-page.tsx',
  'src/sign-in-steps.tsx',
  'src/store.ts',
  'src/style.css',
]

it.each(sharedFiles)('%s is the same in both example apps', (file) => {
  const [apollo, urql] = ['spa-apollo', 'spa-urql'].map((app) =>
    readFileSync(`examples/${app}/${file}`, 'utf8'),
  )
  expect(urql).toBe(apollo)
})

import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { bannedWords, exceptions } from './support/language/banned-words.ts'
import { bannedUses, isPublic, readPublicText, type TextFile } from './support/language/public-text.ts'

let files: readonly TextFile[]
beforeAll(async () => {
  files = await readPublicText(fileURLToPath(new URL('..', import.meta.url)))
})

it('the public text uses no banned word', () => {
  expect(bannedUses(files, { exceptions })).toEqual([])
})

it.each(exceptions)('the exception for $path is still needed: $reason', ({ path, text }) => {
  const excepted = files
    .filter((file) => file.path === path)
    .map((file) => ({
      path,
      text: file.text
        .split('\n')
        .filter((line) => line.includes(text))
        .join('\n'),
    }))
  expect(bannedUses(excepted)).not.toEqual([])
})

describe('the check', () => {
  const planted = (text: string, path = 'docs/planted.md') => [{ path, text }]

  it.each(bannedWords)('reports %s with file and line', (word) => {
    expect(bannedUses(planted(`One line.\nIf ${word} asks.`))).toEqual([`docs/planted.md:2: ${word}`])
  })

  it.each(['He asks.', 'NOBODY', "he's", '/** of his own */', 'const his_id = 1', '"wants"', 'told.'])(
    'reports %j',
    (text) => {
      expect(bannedUses(planted(text))).toHaveLength(1)
    },
  )

  it.each(['the', 'this', 'history', 'recommend', 'untold', 'bought', 'a want', 'isTold'])(
    'accepts %j',
    (text) => {
      expect(bannedUses(planted(text))).toEqual([])
    },
  )

  it('excepts only the line that an exception names', () => {
    const quoted = { path: 'docs/planted.md', text: 'RFC says', reason: 'quotation' }
    const text = 'RFC says: nobody\nnobody'
    expect(bannedUses(planted(text), { exceptions: [quoted] })).toEqual(['docs/planted.md:2: nobody'])
    expect(bannedUses(planted(text, 'docs/other.md'), { exceptions: [quoted] })).toHaveLength(2)
  })

  it.each([
    'README.md',
    'docs/decisions/README.md',
    'schema.graphql',
    'src/main.ts',
    'src/clients/operations/queries.graphql',
    'src/grpc/gatehouse.proto',
    'prisma/schema.prisma',
    'examples/spa-urql/index.html',
    'examples/spa-urql/package.json',
    'examples/spa-urql/src/app.tsx',
    'scripts/build.mjs',
    'test/support/actor.ts',
    'bench/studies/audit.ts',
    'vitest.config.ts',
    '.ci/run',
  ])('reads %s', (path) => {
    expect(isPublic(path)).toBe(true)
  })

  it.each(['package-lock.json', 'examples/spa-urql/package-lock.json', 'test/api/login.test.ts'])(
    'does not read %s',
    (path) => {
      expect(isPublic(path)).toBe(false)
    },
  )

  it('reads all folders of the repository', () => {
    const folders = new Set(files.map(({ path }) => path.split('/')[0]))
    expect([...folders]).toEqual(
      expect.arrayContaining(['.ci', 'bench', 'docs', 'examples', 'prisma', 'scripts', 'src', 'test']),
    )
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage, tableRows } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'

const rows = new Map(tableRows(readPage('docs/limits.md')).map(([name = '', value = '']) => [name, value]))

/** The first number in the row of a limit. */
function limitOf(name: string): number {
  const [digits = ''] = /\d[\d ]*/.exec(rows.get(name) ?? '') ?? []
  if (digits === '') throw new Error(`docs/limits.md has no number in a row "${name}"`)
  return Number(digits.replaceAll(' ', ''))
}

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')
/** `sessions { nodes { user { sessions { … } } } }`: one level more than given names of objects. */
const deep = (levels: number) => {
  const names = ['sessions', 'nodes', 'user']
  const opened = Array.from({ length: levels - 1 }, (_, index) => names[index % names.length])
  return `{ ${opened.map((name) => `${name} {`).join(' ')} __typename ${'}'.repeat(levels - 1)} }`
}
const login = 'login(input: { identifier: "a", password: "b" }) { __typename }'

/** A document at each limit; one more is too much. */
const documents: Readonly<Record<string, (count: number) => string>> = {
  'Document: tokens': (count) => `{ ${'csrfToken '.repeat(count - 2)}}`,
  'Document: depth': deep,
  'Document: fields': (count) => `{ ${'csrfToken '.repeat(count)}}`,
  'Document: aliases': (count) => `{ ${times(count, (index) => `a${index}: csrfToken`)} }`,
  'Document: directives': (count) => `{ ${'csrfToken @skip(if: false) '.repeat(count)}}`,
  'Document: operations': (count) => times(count, (index) => `query Q${index} { csrfToken }`),
  'Mutations that check a credential, per operation': (count) =>
    `mutation { ${times(count, (index) => `a${index}: ${login}`)} }`,
}

describe('docs/limits.md', () => {
  let served: ServedApp
  beforeAll(async () => {
    served = await serveTestApp()
  })
  afterAll(() => served.close())

  async function refusalOf(query: string): Promise<string> {
    const response = await served.post({ query, operationName: /query Q0/.test(query) ? 'Q0' : undefined })
    const { errors = [] }: { errors?: { message: string; extensions: { code: string } }[] } =
      await response.json()
    return errors
      .filter(({ extensions }) => /^GRAPHQL_/.test(extensions.code))
      .map(({ message }) => message)
      .join('\n')
  }

  it.each(Object.keys(documents))('has the limit that is enforced: %s', async (name) => {
    const limit = limitOf(name)
    const documentOf = documents[name]
    const [within, beyond] = await Promise.all([
      refusalOf(documentOf?.(limit) ?? ''),
      refusalOf(documentOf?.(limit + 1) ?? ''),
    ])
    // A thousand tokens are more fields than are allowed: there the parser decides whether they are too many.
    if (name !== 'Document: tokens') expect(within).toBe('')
    expect(within).not.toContain('tokens')
    expect(beyond).not.toBe('')
  })

  it('has the limit that is enforced: Request body', async () => {
    const bytes = limitOf('Request body') * 1000
    const bodyOf = (length: number) => {
      const body = JSON.stringify({ query: '{ csrfToken }' })
      return body + ' '.repeat(length - body.length)
    }
    expect((await served.post(bodyOf(bytes))).status).toBe(200)
    expect((await served.post(bodyOf(bytes + 1000))).status).toBe(413)
  })

  it('has the limit that is enforced: Validation errors in one response', async () => {
    const response = await served.post({ query: `{ ${times(50, (index) => `nope${index}`)} }` })
    const { errors } = await response.json()
    expect(errors).toHaveLength(limitOf('Validation errors in one response'))
  })
})

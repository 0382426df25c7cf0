import { readFileSync } from 'node:fs'
import { buildSchema, isEnumType, isInterfaceType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicErrorCodes } from '../../src/http/request/public-error-codes.ts'
import { readPage, root, tableRows } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'

const page = readPage('docs/errors.md')
const [, problems = '', topLevel = '', statuses = ''] = page.split(/^## /m)
const schema = buildSchema(readFileSync(`${root}/schema.graphql`, 'utf8'), { assumeValidSDL: true })
const namesIn = (cells: readonly (string | undefined)[]) =>
  cells.flatMap((cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))

describe('docs/errors.md', () => {
  it('has a row for every code of a problem', () => {
    const codes = schema.getType('AuthProblemCode')
    const values = isEnumType(codes) ? codes.getValues().map(({ name }) => name) : []
    expect(namesIn(tableRows(problems).map(([code]) => code)).filter((name) => name !== 'code')).toEqual(
      expect.arrayContaining(values),
    )
  })

  it('names every type of a problem', () => {
    const problem = schema.getType('AuthProblem')
    const types = isInterfaceType(problem) ? schema.getPossibleTypes(problem).map(({ name }) => name) : []
    expect(namesIn(tableRows(problems).map(([, type]) => type)).toSorted()).toEqual(types.toSorted())
  })

  it('has a row for every code of a top-level error', () => {
    const documented = namesIn(tableRows(topLevel).map(([code]) => code)).filter((name) => name !== 'code')
    expect(documented.toSorted()).toEqual([...publicErrorCodes].toSorted())
  })
})

describe('the HTTP statuses of docs/errors.md', () => {
  let served: ServedApp
  beforeAll(async () => {
    served = await serveTestApp()
  })
  afterAll(() => served.close())

  const query = '{ csrfToken }'
  const requests: Readonly<Record<string, (url: string) => Promise<Response>>> = {
    200: () => served.post({ query }),
    400: () => served.post([{ query }]),
    403: () =>
      served.post({ query }, { origin: 'https://evil.example', cookie: '__Host-gatehouse-refresh=x' }),
    405: (url) => fetch(`${url}?query=${encodeURIComponent('mutation { logout { __typename } }')}`),
    406: () => served.post({ query }, { accept: 'text/html' }),
    413: () => served.post(' '.repeat(100_001)),
    415: () => served.post({ query }, { 'content-type': 'text/plain' }),
    421: (url) => served.test.app.fetch(new Request(url.replace('localhost', 'other.example'))),
  }

  it.each(Object.entries(requests))('include %s', async (status, send) => {
    const response = await send(`${served.url}/graphql`)
    expect(response.status).toBe(Number(status))
    expect(response.headers.get('x-request-id')).toMatch(/./)
    expect(statuses).toMatch(new RegExp(`^\\| [^|]*\\b${status}\\b`, 'm'))
  })
})

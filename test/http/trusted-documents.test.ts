import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { signEdge } from '../../examples/hive-gateway-plugin/sign-edge.ts'
import * as clientDocuments from '../../src/clients/generated/graphql.ts'
import { ConfigError } from '../../src/config/config-error.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { TrustedDocuments } from '../../src/http/request/trusted-documents.ts'
import { createTestApp } from '../support/test-app.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const documents = new Map([
  ['aaaa', 'query Hello { hello }'],
  ['sha256:bbbb', 'query Echo($text: String) { echo(text: $text) }'],
  ['cccc', 'query Wrong { nope }'],
])
const app = (only: boolean) =>
  createTestHttpApp({ deps: { documents: new TrustedDocuments({ documents, only }) } })

type Sent = Record<string, unknown>

async function ask(to: ReturnType<typeof createTestHttpApp>, body: Sent) {
  const response = await to.post(body)
  const { data, errors } = await response.json()
  return data ?? [response.status, errors[0].extensions.code]
}
const apollo = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } })
const notFound = [400, 'PERSISTED_QUERY_NOT_FOUND']

describe.each([
  ['allow', app(false)],
  ['only', app(true)],
])('PERSISTED_DOCUMENTS=%s', (_mode, to) => {
  it('runs what the manifest has, by either way of naming it', async () => {
    expect(await ask(to, { documentId: 'aaaa' })).toEqual({ hello: 'world' })
    expect(await ask(to, { documentId: 'sha256:aaaa' })).toEqual({ hello: 'world' })
    expect(await ask(to, apollo('bbbb'))).toEqual({ echo: null })
    const variables = { text: 'here' }
    expect(await ask(to, { documentId: 'sha256:bbbb', variables })).toEqual({ echo: 'here' })
    const response = await to.get('/graphql?documentId=aaaa')
    expect(await response.json()).toEqual({ data: { hello: 'world' } })
  })

  it('refuses what it does not have, and what is no hash', async () => {
    for (const body of [{ documentId: 'dddd' }, apollo('dddd'), { documentId: '__proto__' }])
      expect(await ask(to, body)).toEqual(notFound)
    for (const body of [{ documentId: 7 }, apollo({}), {}, { query: '' }, { query: null }])
      expect(await ask(to, body)).toEqual([400, 'BAD_USER_INPUT'])
  })

  it('validates them like any other', async () => {
    expect(await ask(to, { documentId: 'cccc' })).toEqual([200, 'GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('a document that a client brings', () => {
  const query = '{ whatever: hello }'

  it('runs with allow, also along with a hash that is not known', async () => {
    expect(await ask(app(false), { query })).toEqual({ whatever: 'world' })
    expect(await ask(app(false), { query, ...apollo('dddd') })).toEqual({ whatever: 'world' })
  })

  it('does not run with only: of a known hash the one in the manifest does', async () => {
    expect(await ask(app(true), { query })).toEqual(notFound)
    expect(await ask(app(true), { query, ...apollo('dddd') })).toEqual(notFound)
    expect(await ask(app(true), { query, ...apollo('aaaa') })).toEqual({ hello: 'world' })
  })

  it('runs with off, which knows no documentId', async () => {
    const off = createTestHttpApp()
    expect(await ask(off, { query, ...apollo('aaaa') })).toEqual({ whatever: 'world' })
    for (const body of [{ documentId: 'aaaa' }, { query, documentId: 'aaaa' }, apollo('aaaa')])
      expect(await ask(off, body)).toEqual([400, 'BAD_USER_INPUT'])
  })
})

describe('the manifest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'))
  const fileOf = (text: string) => {
    const path = join(folder, `${crypto.randomUUID()}.json`)
    writeFileSync(path, text)
    return { PERSISTED_DOCUMENTS: 'only', PERSISTED_DOCUMENTS_FILE: path }
  }

  it('is a file; a gateway that signs needs none', async () => {
    const key = { id: 'gateway', secret: 'a-secret-of-the-gateway-0123456789' }
    const env = { ...fileOf('{"aaaa": "{ me { id } }"}'), GATEWAY_SECRETS: `${key.id}:${key.secret}` }
    const test = await createTestApp({ env })
    const send = async (body: object, headers = {}) => (await test.actor().send(body, headers)).json()
    expect(await send({ documentId: 'aaaa' })).toEqual({ data: { me: null } })
    const query = { query: '{ _service { sdl } }' }
    expect((await send(query)).errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }])
    const client = { address: null, userAgent: null, origin: null }
    const edge = signEdge(key, client, JSON.stringify(query), test.clock.now().getTime())
    expect((await send(query, { 'x-gatehouse-edge': edge })).data._service.sdl).toContain('type User')
    await test.close()
  })

  it('of the client pieces has all of their documents, which the schema fits', async () => {
    const path = fileURLToPath(
      new URL('../../src/clients/generated/persisted-documents.json', import.meta.url),
    )
    const manifest: Record<string, string> = JSON.parse(readFileSync(path, 'utf8'))
    const hashes = Object.values(clientDocuments).flatMap((document) => readHash(document))
    expect(hashes.length).toBeGreaterThan(20)
    expect(Object.keys(manifest).toSorted()).toEqual(hashes.toSorted())
    const schema = createSchema()
    for (const text of Object.values(manifest)) expect(validate(schema, parse(text))).toEqual([])
    const env = { PERSISTED_DOCUMENTS: 'only', PERSISTED_DOCUMENTS_FILE: path }
    const test = await createTestApp({ env })
    const [documentId] = readHash(clientDocuments.MeDocument)
    expect(await (await test.actor().send({ documentId })).json()).toMatchObject({ data: { me: null } })
    await test.close()
  })

  it.each([
    [{ PERSISTED_DOCUMENTS: 'only' }],
    [{ PERSISTED_DOCUMENTS: 'allow', PERSISTED_DOCUMENTS_FILE: join(folder, 'nothing') }],
    [fileOf('not json')],
    [fileOf('["{ me { id } }"]')],
    [fileOf('{"a b": "{ me { id } }"}')],
    [fileOf('{"aaaa": 7}')],
  ])('keeps the service from starting when it is none: %j', async (env) => {
    await expect(createTestApp({ env })).rejects.toThrow(ConfigError)
  })
})

/** The hash that stands in a generated operation; none in a fragment. */
function readHash(document: object): readonly string[] {
  const meta: unknown = Reflect.get(document, '__meta__')
  const hash: unknown = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'hash') : null
  return typeof hash === 'string' ? [hash] : []
}

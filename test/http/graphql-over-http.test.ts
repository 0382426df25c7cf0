import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp } from '../support/test-app.ts'
import { type LiveServer, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

/** The edge over a schema of its own, and the whole service; two of the audits ask for `__type`. */
const servers = {
  async edge() {
    const server = await startServer(createTestHttpApp())
    return { server, close: () => server.close() }
  },
  async service() {
    const test = await createTestApp({ env: { INTROSPECTION: 'on', GRAPHIQL: 'off' } })
    const server = await startServer(test.app)
    return { server, close: async () => void (await Promise.all([server.close(), test.close()])) }
  },
}

describe.each(Object.entries(servers))('GraphQL over HTTP of the %s', (_name, open) => {
  let opened: { readonly server: LiveServer; close(): Promise<void> }
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  const audits = serverAudits({ url: () => `http://127.0.0.1:${opened.server.port}/graphql` })
  it('is audited in both media types', () => {
    const names = audits.map(({ name }) => name).join('\n')
    expect(names).toContain('application/graphql-response+json')
    expect(names).toContain('application/json')
    expect(audits.length).toBeGreaterThan(60)
  })
  for (const audit of audits) {
    it(audit.name, async () => {
      const result = await audit.fn()
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
    })
  }
})

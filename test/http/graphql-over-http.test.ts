import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

describe('GraphQL over HTTP', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await startServer(createTestHttpApp())
  })
  afterAll(() => server.close())

  for (const audit of serverAudits({ url: () => `http://127.0.0.1:${server.port}/graphql` })) {
    it(audit.name, async () => {
      const result = await audit.fn()
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
    })
  }
})

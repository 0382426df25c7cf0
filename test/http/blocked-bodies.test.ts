import { describe, expect, it } from 'vitest'
import { exchange, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

/** The edge, with every address blocked. */
async function startBlocked() {
  const floodGuard = { blockedSeconds: () => 7, noteRefusals: () => undefined }
  return startServer(createTestHttpApp({ deps: { floodGuard } }))
}

const post = (...headers: readonly string[]) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost:4000',
    'Content-Type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n')

describe('a blocked address', () => {
  it('is answered before its body has come, and its connection goes when the body is long or of no known length', async () => {
    const server = await startBlocked()
    for (const length of ['Content-Length: 50000000', 'Transfer-Encoding: chunked']) {
      const answer = await exchange(server.port, post(length), 3000)
      expect(answer).toMatch(/^HTTP\/1\.1 429 /)
      expect(answer.toLowerCase()).toContain('retry-after: 7')
      expect(answer.toLowerCase()).toContain('connection: close')
    }
    await server.close()
  })

  it('keeps its connection when the body is short: the next request on it is answered, too', async () => {
    const server = await startBlocked()
    const one = `${post('Content-Length: 2')}{}`
    const answer = await exchange(server.port, one + one, 500)
    expect(answer.match(/HTTP\/1\.1 429 /g)).toHaveLength(2)
    await server.close()
  })
})

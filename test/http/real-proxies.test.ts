import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, type LiveServer, postText, startServer } from './support/raw-socket.ts'
import { hasProxy, proxyNames, RealProxy } from './support/real-proxy.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

/** The tests connect to the proxy from this address; the proxy connects from 127.0.0.1. */
const client = '127.0.0.2'
const junk = (count: number) => Array.from({ length: count }, (_, index) => `F${index}: 1`)
const status = (answer: string) => Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(answer)?.[1])

describe.each(proxyNames)('behind %s', (name) => {
  const installed = hasProxy(name)
  const app = createTestHttpApp({ server: { trustedProxies: ['127.0.0.1'] } })
  let server: LiveServer
  let proxy: RealProxy
  beforeAll(async () => {
    if (!installed) return
    server = await startServer(app)
    proxy = await RealProxy.start(name, server.port)
  })
  afterAll(async () => {
    if (!installed) return
    await proxy.stop()
    await server.close()
  })

  const send = (query: string, headers: readonly string[]) =>
    exchange(proxy.port, postText(JSON.stringify({ query }), headers), undefined, client)
  const addressIn = (answer: string) => /\\"address\\":\\"([^\\]*)\\"/.exec(answer)?.[1] ?? null

  it.skipIf(!installed).each([
    ['no other header', []],
    ['90 other headers', junk(90)],
    ['a forged X-Forwarded-For', ['X-Forwarded-For: 198.51.100.1']],
    ['a forged list', ['X-Forwarded-For: 198.51.100.1, 127.0.0.1']],
    ['two forged lines', ['X-Forwarded-For: 198.51.100.1', 'x-forwarded-for: 198.51.100.2']],
    ['90 other headers and a forged one', [...junk(90), 'X-Forwarded-For: 198.51.100.1']],
    ['a forged Forwarded', ['Forwarded: for=198.51.100.1']],
  ])('the client has its own address with %s', async (_what, headers) => {
    const answer = await send('{ whoAmI }', headers)
    expect([status(answer), addressIn(answer)]).toEqual([200, client])
  })

  it.skipIf(!installed)('no number of headers hides the address of a request that is served', async () => {
    for (let count = 91; count <= 101; count += 1) {
      const answer = await send('{ whoAmI }', junk(count))
      if (status(answer) === 200) expect([count, addressIn(answer)]).toEqual([count, client])
      else expect([400, 431]).toContain(status(answer))
    }
    for (const count of [120, 500])
      expect([400, 431]).toContain(status(await send('{ whoAmI }', junk(count))))
  })

  it.skipIf(!installed)('repeated credentials are refused', async () => {
    for (const header of [
      'Authorization: Bearer a',
      'Origin: http://localhost:4000',
      'X-Api-Key: a',
      'X-CSRF-Token: a',
    ])
      expect([header, status(await send('mutation { touch }', [header, header]))]).toEqual([header, 400])
    expect(app.seen.mutations).toBe(0)
  })
})

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LogFields, type Logger, silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { exchange, type LiveServer, open, postText, startServer } from './support/raw-socket.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const [trusted, exempt, ada, bob] = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4']
const isExempt = (address: string) => address === exempt
const app = createTestHttpApp({
  server: { trustedProxies: [trusted] },
  deps: { addressRules: { refusalOf: () => null, isExempt } },
})
const hello = postText('{"query":"{ hello }"}')

let server: LiveServer
const warnings: LogFields[] = []
const opened: Socket[] = []
beforeAll(async () => {
  const logger: Logger = { ...silentLogger, warn: (fields) => void warnings.push(fields) }
  server = await startServer(app, 2, { connectionLimits: { perAddress: 10, total: 40 }, logger })
})
afterEach(async () => {
  const closed = opened.filter((socket) => !socket.closed).map((socket) => once(socket, 'close'))
  for (const socket of opened.splice(0)) socket.destroy()
  await Promise.all(closed)
})
afterAll(() => server.close())

async function connect(address: string): Promise<Socket> {
  const socket = await open(server.port, address)
  socket.on('error', () => undefined).resume()
  opened.push(socket)
  return socket
}

const isServed = async (address: string) =>
  (await exchange(server.port, hello, 3000, address)).includes('world')
const openOf = (sockets: readonly Socket[]) => sockets.filter((socket) => !socket.closed)

describe('connections', () => {
  it('of one address are bounded, and leave room for others', async () => {
    const sockets = await Promise.all(Array.from({ length: 30 }, () => connect(ada)))
    await eventually(() => expect(openOf(sockets)).toHaveLength(10))
    expect(await isServed(ada)).toBe(false)
    expect(await isServed(bob)).toBe(true)
    openOf(sockets)[0]?.destroy()
    await eventually(async () => expect(await isServed(ada)).toBe(true))
    expect(warnings).toEqual([{ address: ada }])
  })

  it.each([
    ['a proxy', trusted],
    ['an exempt address', exempt],
  ])('of %s are bounded by the total only', async (_what, address) => {
    await eventually(async () => expect(await isServed(bob)).toBe(true))
    const sockets = await Promise.all(Array.from({ length: 30 }, () => connect(address)))
    expect(await isServed(address)).toBe(true)
    expect(openOf(sockets)).toHaveLength(30)
    const more = await Promise.all(Array.from({ length: 30 }, () => connect(address)))
    await eventually(() => expect(openOf([...sockets, ...more])).toHaveLength(40))
  })
})

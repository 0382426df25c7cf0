import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '../http/support/raw-socket.ts'
import { hasProxy, nginxWith, RealProxy } from '../http/support/real-proxy.ts'
import { createTestHttpApp } from '../http/support/test-http-app.ts'
import { freePort } from '../support/free-port.ts'

/** The tests connect to nginx from this address; nginx connects from 127.0.0.1. */
const client = '127.0.0.2'
const installed = hasProxy('nginx')

/** deploy/nginx.conf with the names and ports of this machine. */
function configure(ports: readonly number[], plain: number, front: number, folder: string): string {
  const files = ['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  spawnSync('openssl', ['req', '-x509', ...key, '-days', '1', '-subj', '/CN=auth.example.com', ...files])
  const replaced = ports.reduce(
    (text, port, index) => text.replace(`gatehouse-${index + 1}:4000`, `127.0.0.1:${port}`),
    readFileSync('deploy/nginx.conf', 'utf8'),
  )
  const servers = replaced
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replace('listen 443 ', `listen 127.0.0.1:${front} `)
    .replaceAll('/etc/nginx/tls', folder)
    .replaceAll('/var/log/nginx', folder)
  return nginxWith(servers, folder)
}

describe.skipIf(!installed)('deploy/nginx.conf', () => {
  const apps = [0, 1].map(() => createTestHttpApp({ server: { trustedProxies: ['127.0.0.1'] } }))
  const replicas: Awaited<ReturnType<typeof startServer>>[] = []
  let nginx: RealProxy
  beforeAll(async () => {
    for (const app of apps) replicas.push(await startServer(app))
    const plain = await freePort()
    const ports = replicas.map(({ port }) => port)
    nginx = await RealProxy.startWith('nginx', (front, folder) => configure(ports, plain, front, folder))
  })
  afterAll(async () => {
    await nginx.stop()
    for (const replica of replicas) await replica.close()
  })

  const send = (query: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const url = `https://127.0.0.1:${nginx.port}/graphql`
      const options = { method: 'POST', localAddress: client, rejectUnauthorized: false, agent: false }
      const sent = { 'content-type': 'application/json', host: 'localhost:4000', ...headers }
      const call = request(url, { ...options, headers: sent }, async (response) => {
        let body = ''
        for await (const part of response) body += part
        resolve({ status: response.statusCode, body })
      })
      call.on('error', reject).end(JSON.stringify({ query }))
    })

  it.each([
    ['nothing', {}],
    ['a list of addresses', { 'x-forwarded-for': '198.51.100.1, 127.0.0.1' }],
    ['another header', { forwarded: 'for=198.51.100.1' }],
  ])('the client has its own address when it claims %s', async (_what, headers) => {
    const { status, body } = await send('{ whoAmI }', headers)
    expect(status).toBe(200)
    expect(body).toContain(`\\"address\\":\\"${client}\\"`)
  })

  it('serves every request while one of the replicas is away', async () => {
    await replicas[0]?.close()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('{ whoAmI }')))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })
})

import { listen } from '../../../src/http/listen.ts'
import { Closer } from '../../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../../src/lib/observation/logger.ts'
import { freePort } from '../../support/free-port.ts'
import { createTestApp, type TestApp } from '../../support/test-app.ts'

export interface ServedApp {
  readonly test: TestApp
  /** `http://localhost:<port>`: the public URL. */
  readonly url: string
  /** Posts a body as JSON to the API. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
  close(): Promise<void>
}

/** The service on a socket, for programs that are not JavaScript. */
export async function serveTestApp(env: Readonly<Record<string, string>> = {}): Promise<ServedApp> {
  const closer = new Closer()
  const port = await freePort()
  const url = `http://localhost:${port}`
  const test = await createTestApp({ env: { PUBLIC_URL: url, ...env } })
  closer.add('service', () => test.close())
  const { app } = test
  const listening = await listen({
    app,
    hosts: ['127.0.0.1'],
    port,
    logger: silentLogger,
    drainNoticeSeconds: 0,
    drainSeconds: 0,
  })
  closer.add('http', () => listening.close())
  return {
    test,
    url,
    post: (body, headers = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: () => closer.close(),
  }
}

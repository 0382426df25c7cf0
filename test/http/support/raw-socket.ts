import { connect, type Socket } from 'node:net'
import type { HttpApp } from '../../../src/http/http-app.ts'
import { type ListenDeps, type Listening, listen } from '../../../src/http/listen.ts'
import { silentLogger } from '../../../src/lib/observation/logger.ts'
import { afterWaiting } from '../../support/stopwatch.ts'

export interface LiveServer extends Listening {
  readonly port: number
}

/** The application on a free port of 127.0.0.1. */
export async function startServer(
  app: HttpApp,
  drainSeconds = 2,
  further: Partial<Pick<ListenDeps, 'drainNoticeSeconds' | 'connectionLimits' | 'logger'>> = {},
): Promise<LiveServer> {
  const own = { hosts: ['127.0.0.1'], port: 0, logger: silentLogger }
  const drainNoticeSeconds = drainSeconds / 10
  const listening = await listen({ app, ...own, drainNoticeSeconds, drainSeconds, ...further })
  return { ...listening, port: listening.addresses[0]?.port ?? 0 }
}

export function open(port: number, localAddress?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) }
    const socket = connect(options, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Sends bytes as they are and collects what comes back until the server closes, or this process has waited for `waitMs`. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  waitMs = 3000,
  localAddress?: string,
): Promise<string> {
  const socket = await open(port, localAddress)
  return await new Promise((resolve) => {
    let received = ''
    const finish = () => {
      cancel()
      socket.destroy()
      resolve(received)
    }
    const cancel = afterWaiting(waitMs, finish)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.once('close', finish)
    socket.write(bytes)
  })
}

/** A POST of a query in one text; `Connection: close` so that the answer ends. */
export function postText(body: string, headers: readonly string[] = [], target = '/graphql'): string {
  return [
    `POST ${target} HTTP/1.1`,
    'Host: localhost:4000',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...headers,
    '',
    body,
  ].join('\r\n')
}

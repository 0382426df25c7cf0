import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMetricsAnswer, type MetricsAnswerDeps, metricsPath } from './answer/metrics-answer.ts'

/** Prometheus opens one connection, and a person or two another one. */
const maxConnections = 20
const limits = { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 8_192 } as const

export interface ListenMetricsDeps extends MetricsAnswerDeps {
  readonly host: string
  readonly port: number
}

export interface MetricsListening {
  readonly address: AddressInfo
  close(): Promise<void>
}

/** Serves `/metrics` on a port of its own, under every Host and without limits: for a network that only Prometheus can reach. */
export async function listenMetrics({ host, port, ...deps }: ListenMetricsDeps): Promise<MetricsListening> {
  const answer = createMetricsAnswer(deps)
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { url = '', method = '', headers } = incoming
    if (url.split('?')[0] !== metricsPath) return outgoing.writeHead(404).end()
    const response = await answer(method, headers.authorization ?? null)
    outgoing.writeHead(response.status, {
      ...Object.fromEntries(response.headers),
      'cache-control': 'no-store',
    })
    return outgoing.end(await response.text())
  }
  const server = createServer(limits, (incoming, outgoing) => {
    respond(incoming, outgoing).catch(() => outgoing.writeHead(500).end())
  })
  server.maxConnections = maxConnections
  server.listen({ host, port })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The metrics have no address.')
  return {
    address,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

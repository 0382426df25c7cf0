// A REST service that accepts access tokens and API keys of Gatehouse, with revocations. Requires gatehouse-verify. With Node:
// serve it with any server of standard requests, or use `gatehouse-verify/express`, `/fastify` or `/hono` in the same way.
import { createVerifier, requireAssurance, requireScope, type VerifierOptions } from 'gatehouse-verify'
import { findViewerOf, protect, viewerOf } from 'gatehouse-verify/fetch'

export interface Service {
  readonly fetch: (request: Request) => Promise<Response>
  /** Fetches keys and revocations: call it before the service reports that it is ready. */
  start(): Promise<void>
  close(): void
}

/** The options of the README: issuer, audience, tenant, and a service key for revocations and API keys. */
export function createService(options: VerifierOptions): Service {
  const verifier = createVerifier(options)
  const orders = protect(verifier, (request) => {
    if (request.method === 'GET') return Response.json({ orders: [], of: viewerOf(request).userId })
    const { userId } = requireScope(viewerOf(request), 'orders:write')
    return Response.json({ created: true, by: userId }, { status: 201 })
  })
  const payout = protect(verifier, (request) => {
    // Two factors, both proven in the last five minutes; otherwise 401 with the challenge of RFC 9470.
    const { userId } = requireAssurance(viewerOf(request), 'aal2', 300)
    return Response.json({ paidBy: userId })
  })
  const greeting = protect(
    verifier,
    (request) => Response.json({ hello: findViewerOf(request)?.userId ?? 'stranger' }),
    { optional: true },
  )
  const routes = new Map([
    ['/orders', orders],
    ['/payout', payout],
    ['/greeting', greeting],
  ])
  return {
    async fetch(request) {
      const route = routes.get(new URL(request.url).pathname)
      return route === undefined ? new Response(null, { status: 404 }) : route(request)
    },
    start: () => verifier.start(),
    close: () => verifier.close(),
  }
}

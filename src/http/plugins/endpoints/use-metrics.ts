import { equalDigests, sha256 } from '../../../lib/crypto/digest.ts'
import type { Secret } from '../../../lib/crypto/secret.ts'
import type { MetricsReport } from '../../../lib/observation/metrics.ts'
import { emptyResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const metricsPath = '/metrics'

/** The metrics of the process, and the token that gives access to them. */
export interface ShownMetrics {
  readonly report: MetricsReport
  readonly token: Secret
}

/** Serves `/metrics` to clients that have the token: attackers must not see the figures of their attacks. */
export function useMetrics(contexts: RequestContexts, { report, token }: ShownMetrics): HttpPlugin {
  // Digests have equal length, and the time of a comparison reveals nothing about the token.
  const expected = sha256(`Bearer ${token.reveal()}`)
  const isAuthorized = (request: Request) =>
    equalDigests(sha256(withScheme(request.headers.get('authorization') ?? '')), expected)
  return {
    async onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== metricsPath) return
      if (!isAuthorized(request)) return endResponse(emptyResponse(401, { 'www-authenticate': 'Bearer' }))
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(emptyResponse(405, { allow: 'GET, HEAD' }))
      const { contentType, body } = await report.read()
      endResponse(new Response(body, { headers: { 'content-type': contentType } }))
    },
  }
}

/** The scheme is case-insensitive (RFC 9110, section 11.1). */
function withScheme(authorization: string): string {
  return authorization.replace(/^bearer /i, 'Bearer ')
}

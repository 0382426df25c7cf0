import { equalDigests, sha256 } from '../../lib/crypto/digest.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import type { MetricsReport } from '../../lib/observation/metrics.ts'
import { emptyResponse } from './json-response.ts'

export const metricsPath = '/metrics'

export interface MetricsAnswerDeps {
  readonly report: MetricsReport
  /** Null: no token is required. */
  readonly token: Secret | null
}

/** Answers requests for the metrics. */
export function createMetricsAnswer({ report, token }: MetricsAnswerDeps) {
  // Digests have equal length, and the time of a comparison reveals nothing about the token.
  const expected = token === null ? null : sha256(`Bearer ${token.reveal()}`)
  const isAuthorized = (authorization: string) =>
    expected === null || equalDigests(sha256(withScheme(authorization)), expected)

  return async function answerMetrics(method: string, authorization: string | null): Promise<Response> {
    if (!isAuthorized(authorization ?? '')) return emptyResponse(401, { 'www-authenticate': 'Bearer' })
    if (method !== 'GET' && method !== 'HEAD') return emptyResponse(405, { allow: 'GET, HEAD' })
    const { contentType, body } = await report.read()
    return new Response(body, { headers: { 'content-type': contentType } })
  }
}

/** The scheme is case-insensitive (RFC 9110, section 11.1). */
function withScheme(authorization: string): string {
  return authorization.replace(/^bearer /i, 'Bearer ')
}

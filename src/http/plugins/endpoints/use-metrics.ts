import { equalDigests, sha256 } from '../../../lib/digest.ts'
import type { MetricsReport } from '../../../lib/metrics.ts'
import type { Secret } from '../../../lib/secret.ts'
import { emptyResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const path = '/metrics'

/** What the process counts, and the token that whoever reads it presents. */
export interface ShownMetrics {
  readonly report: MetricsReport
  readonly token: Secret
}

/** Answers `/metrics` to whoever has the token: numbers of attacks are nothing for those who attack. */
export function useMetrics(contexts: RequestContexts, { report, token }: ShownMetrics): HttpPlugin {
  // Digests are of one length and tell nothing of what they are of, however long they take to compare.
  const wanted = sha256(`Bearer ${token.reveal()}`)
  const isAuthorized = (request: Request) =>
    equalDigests(sha256(withScheme(request.headers.get('authorization') ?? '')), wanted)
  return {
    async onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== path) return
      if (!isAuthorized(request)) return endResponse(emptyResponse(401, { 'www-authenticate': 'Bearer' }))
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(emptyResponse(405, { allow: 'GET, HEAD' }))
      const { contentType, body } = await report.read()
      endResponse(new Response(body, { headers: { 'content-type': contentType } }))
    },
  }
}

/** The scheme is a word in any case (RFC 9110, section 11.1). */
function withScheme(authorization: string): string {
  return authorization.replace(/^bearer /i, 'Bearer ')
}

import type { Revocation } from '../../../domain/tokens/revocation.ts'
import type { FeedPage, RevocationFeed } from '../../../domain/tokens/revocation-feed.ts'
import { sha256 } from '../../../lib/digest.ts'
import { matchesEtag } from '../../answer/etag.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { ServiceAuth } from './service-auth.ts'

export interface RevocationFeedDeps {
  readonly contexts: RequestContexts
  readonly door: ServiceAuth
  readonly feed: Pick<RevocationFeed, 'page'>
}

const path = '/revocations'

/**
 * What services need that verify access tokens themselves. It tells of all tenants: for whoever may ask about tokens and
 * looks after the installation.
 */
export function useRevocationFeed({ contexts, door, feed }: RevocationFeedDeps): HttpPlugin {
  return {
    async onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== path) return
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(jsonResponse(405, { error: 'Method not allowed.' }, { allow: 'GET, HEAD' }))
      const response = await door.answer(request, async () => {
        await door.admit(request, 'tokens:verify', 'INSTALLATION')
        const page = written(await feed.page(new URL(request.url).searchParams.get('since')))
        const etag = `"${Buffer.from(sha256(JSON.stringify(page))).toString('base64url', 0, 16)}"`
        const headers = { 'cache-control': 'private, max-age=1', vary: 'Authorization, x-api-key', etag }
        return matchesEtag(request, etag) ? emptyResponse(304, headers) : jsonResponse(200, page, headers)
      })
      endResponse(response)
    },
  }
}

/** In the words of the claims: a token is refused whose `sid` or `jti` is listed, or whose `ver` is lower than the listed one. */
function written({ revocations, cursor, more }: FeedPage): object {
  const ofKind = <T extends Revocation['kind']>(kind: T) =>
    revocations.filter((one): one is Extract<Revocation, { kind: T }> => one.kind === kind)
  const exp = ({ expiresAt }: Revocation) => Math.ceil(expiresAt.getTime() / 1000)
  return {
    sessions: ofKind('SESSION').map((one) => ({ sid: one.sessionId, exp: exp(one) })),
    users: ofKind('USER').map((one) => ({ sub: one.userId, ver: one.minimumTokenVersion, exp: exp(one) })),
    tokens: ofKind('TOKEN').map((one) => ({ jti: one.tokenId, exp: exp(one) })),
    cursor,
    more,
  }
}

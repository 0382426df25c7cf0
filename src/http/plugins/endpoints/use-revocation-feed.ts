import type { Revocation } from '../../../domain/tokens/revocation.ts'
import type { FeedPage, RevocationFeed } from '../../../domain/tokens/revocation-feed.ts'
import { sha256 } from '../../../lib/crypto/digest.ts'
import { matchesEtag } from '../../answer/etag.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { type ServiceEndpointDeps, serviceEndpoint } from './service-endpoint.ts'

export interface RevocationFeedDeps extends ServiceEndpointDeps {
  readonly feed: Pick<RevocationFeed, 'page'>
}

export const revocationFeedPath = '/revocations'
const route = { path: revocationFeedPath, methods: ['GET', 'HEAD'] }

/**
 * Revocations for services that verify access tokens locally. It covers all tenants: requires tokens:verify in the tenant
 * that manages the installation.
 */
export function useRevocationFeed(deps: RevocationFeedDeps): HttpPlugin {
  return serviceEndpoint(deps, route, async (request) => {
    await deps.auth.admit(request, 'tokens:verify', 'INSTALLATION')
    const page = toJson(await deps.feed.page(new URL(request.url).searchParams.get('since')))
    const etag = `"${Buffer.from(sha256(JSON.stringify(page))).toString('base64url', 0, 16)}"`
    const headers = { 'cache-control': 'private, max-age=1', vary: 'Authorization, x-api-key', etag }
    return matchesEtag(request, etag) ? emptyResponse(304, headers) : jsonResponse(200, page, headers)
  })
}

/**
 * Keys are claim names. Refuse a token if its `sid` or `jti` is listed, or if its `ver` is lower than the listed one of its `sub`; also
 * if it has `roles`, its `tid` and one of its roles are those of an entry of `access` (null: all of them), and its `acv` is lower; also if its
 * `tid` is that of an entry of `tenants`, and its `iat` is lower. Of several entries of a tenant, the one with the highest `version` counts
 * alone: a reactivation is such an entry. In the other lists, `tid` is the tenant of the tokens, for services that follow some tenants
 * only; null: unknown. It decides nothing.
 */
function toJson({ revocations, cursor, more }: FeedPage): object {
  const ofKind = <T extends Revocation['kind']>(kind: T) =>
    revocations.flatMap(({ revocation, tenantId }) =>
      isOfKind(revocation, kind) ? { one: revocation, tid: tenantId } : [],
    )
  const exp = ({ expiresAt }: Revocation) => Math.ceil(expiresAt.getTime() / 1000)
  return {
    sessions: ofKind('SESSION').map(({ one, tid }) => ({ sid: one.sessionId, tid, exp: exp(one) })),
    users: ofKind('USER').map(({ one, tid }) => ({
      sub: one.userId,
      ver: one.minimumTokenVersion,
      tid,
      exp: exp(one),
    })),
    tokens: ofKind('TOKEN').map(({ one, tid }) => ({ jti: one.tokenId, tid, exp: exp(one) })),
    access: ofKind('ACCESS').map(({ one, tid }) => ({
      tid,
      role: one.role,
      acv: one.minimumAccessVersion,
      exp: exp(one),
    })),
    tenants: ofKind('TENANT').flatMap(({ one, tid }) =>
      one.issuedBefore === null
        ? []
        : [
            {
              tid,
              iat: Math.ceil(one.issuedBefore.getTime() / 1000),
              version: one.tenantVersion,
              exp: exp(one),
            },
          ],
    ),
    cursor,
    more,
  }
}

function isOfKind<T extends Revocation['kind']>(
  revocation: Revocation,
  kind: T,
): revocation is Extract<Revocation, { kind: T }> {
  return revocation.kind === kind
}

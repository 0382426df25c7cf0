import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Graph } from './graph.ts'
import type { HiveOptions } from './hive-gateway.ts'

/** As gateways with a JWT plugin and granular protection do: by the directives of the SDL and the token's `scope`. */
export function checkingByDirectives({ testApp, url }: Graph): HiveOptions {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', url))
  const { issuer, audience } = testApp.config.tokens
  return {
    genericAuth: {
      mode: 'protect-granular',
      rejectUnauthenticated: false,
      async resolveUserFn(context) {
        const [, token] = /^Bearer (.+)$/.exec(context.headers.authorization ?? '') ?? []
        if (token === undefined) return null
        return (await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' })).payload
      },
      // Also for strangers, whose fields are null although the types are not.
      extractScopes: (user) => (typeof user?.scope === 'string' ? user.scope.split(' ') : []),
    },
  }
}

import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** AuthTokens: the tokens of a session that travel in the body. */
export function addTokens(types: Types): void {
  types.tokens.implement({
    description:
      'Tokens of a session. The token transport of the session decides which are in these fields and which in cookies.',
    fields: (t) => ({
      accessToken: t.string({
        nullable: true,
        description: 'JWT (RFC 9068) for the header `Authorization: Bearer …`. Null with COOKIE transport.',
        resolve: ({ transport, accessToken }) => (transport === 'COOKIE' ? null : accessToken),
      }),
      tokenType: t.string({ description: 'Always Bearer (RFC 6750).', resolve: () => 'Bearer' }),
      expiresIn: t.exposeInt('expiresIn', { description: 'Seconds until the access token expires.' }),
      accessTokenExpiresAt: t.expose('accessTokenExpiresAt', {
        type: 'DateTime',
        description: 'When the access token expires.',
      }),
      refreshToken: t.string({
        nullable: true,
        description:
          'Opaque token for one call of `refresh`, which returns its successor. Null with COOKIE and HYBRID transport.',
        resolve: ({ transport, refreshToken }) => (transport === 'BODY' ? refreshToken : null),
      }),
      refreshTokenExpiresAt: t.expose('refreshTokenExpiresAt', {
        type: 'DateTime',
        description: 'When the session ends unless it is refreshed first.',
      }),
      csrfToken: t.string({
        nullable: true,
        description:
          'Value for the header x-csrf-token, which every mutation with session cookies requires. Null with BODY transport.',
        resolve: ({ transport, csrfToken }) => (transport === 'BODY' ? null : csrfToken),
      }),
    }),
  })
}

/** The query `csrfToken`. */
export function addCsrfToken(builder: Builder): void {
  addQuery(builder, {
    name: 'csrfToken',
    description:
      'Value for the header x-csrf-token, for a page that was just loaded. Null without a session cookie.',
    type: 'String',
    access: anyone,
    limit: limits.query,
    resolve: ({ context }) => context.flows.findCsrfToken(context.credentials),
  })
}

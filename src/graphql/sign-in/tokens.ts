import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** AuthTokens: what of a session's tokens travels in the body. */
export function addTokens(types: Types): void {
  types.tokens.implement({
    description:
      'What a session is used with. Which tokens stand here, and which in cookies, its transport says.',
    fields: (t) => ({
      accessToken: t.string({
        nullable: true,
        description: 'A JWT (RFC 9068), for `Authorization: Bearer …`. Null with COOKIE transport.',
        resolve: ({ transport, accessToken }) => (transport === 'COOKIE' ? null : accessToken),
      }),
      tokenType: t.string({ description: 'Bearer (RFC 6750).', resolve: () => 'Bearer' }),
      expiresIn: t.exposeInt('expiresIn', { description: 'Seconds until the access token expires.' }),
      accessTokenExpiresAt: t.expose('accessTokenExpiresAt', {
        type: 'DateTime',
        description: 'When the access token expires.',
      }),
      refreshToken: t.string({
        nullable: true,
        description:
          'Good for one `refresh`, which answers its successor. Null with COOKIE and HYBRID transport.',
        resolve: ({ transport, refreshToken }) => (transport === 'BODY' ? refreshToken : null),
      }),
      refreshTokenExpiresAt: t.expose('refreshTokenExpiresAt', {
        type: 'DateTime',
        description: 'When the session ends unless it is refreshed before.',
      }),
      csrfToken: t.string({
        nullable: true,
        description:
          'Send it as the header x-csrf-token with every mutation that uses cookies. Null with BODY transport.',
        resolve: ({ transport, csrfToken }) => (transport === 'BODY' ? null : csrfToken),
      }),
    }),
  })
}

/** The query csrfToken. */
export function addCsrfToken(builder: Builder): void {
  builder.queryField('csrfToken', (t) =>
    t.string({
      nullable: true,
      description:
        'The value for the header x-csrf-token with cookie transports, for a page that has just been loaded; null without a session cookie.',
      authScopes: { anyone: true },
      rateLimit: limits.query,
      resolve: (_root, _args, context) => context.flows.findCsrfToken(context.credentials),
    }),
  )
}

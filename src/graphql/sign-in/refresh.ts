import {
  DeviceMismatchProblem,
  InvalidRefreshTokenProblem,
  RateLimitedProblem,
  RefreshTokenReusedProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Refreshed } from '../../flows/sign-in/refresh-session.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutation `refresh`. */
export function addRefresh(builder: Builder, types: Types): void {
  const input = builder.inputType('RefreshInput', {
    description: 'Which refresh token to exchange.',
    fields: (t) => ({
      refreshToken: t.string({
        description:
          'Absent when the refresh token is in the cookie. The answer uses the transport that the session began with.',
      }),
      device: t.field({ type: types.deviceInput, description: 'What the client knows of its device.' }),
    }),
  })
  const success = builder.objectRef<Refreshed>('RefreshSuccess').implement({
    description: 'The session goes on with new tokens; the presented one is used up.',
    fields: (t) => ({
      session: t.expose('session', { type: types.session, description: 'The session.' }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'Its new tokens.' }),
    }),
  })
  const result = builder.errorUnion('RefreshResult', {
    description: 'What refresh answers.',
    types: [
      success,
      InvalidRefreshTokenProblem,
      RefreshTokenReusedProblem,
      DeviceMismatchProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'RefreshSuccess',
  })
  builder.mutationField('refresh', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Exchanges a refresh token for its successor and a new access token. The same token again, from the same device within the grace window, gets the same successor: a retry or a second tab loses nothing. Later, or from elsewhere, it ends the session. With the cookie, x-csrf-token is wanted.',
      args: { input: t.arg({ type: input, description: 'Not needed with the cookie.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.refresh,
      resolve: async (_root, { input }, context) => {
        const { credentials, origin, limitReport } = context
        const refreshed = await context.flows.refreshSession(input ?? {}, credentials, origin, limitReport)
        deliverSession(context, refreshed.session, refreshed.tokens)
        return refreshed
      },
    }),
  )
}

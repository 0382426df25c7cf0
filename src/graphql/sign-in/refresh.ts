import {
  DeviceMismatchProblem,
  InvalidRefreshTokenProblem,
  RefreshTokenReusedProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Refreshed } from '../../flows/sign-in/refresh-session.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession } from '../edge/context.ts'
import { deviceField } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'

/** The mutation `refresh`. */
export function addRefresh(builder: Builder, types: Types): void {
  const input = builder.inputType('RefreshInput', {
    description: 'Optional with cookie transports. The refresh token to exchange.',
    fields: (t) => ({
      refreshToken: t.string({
        description:
          'Absent if the refresh token is in the cookie. The new tokens travel by the transport with which the session began.',
      }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = builder.objectRef<Refreshed>('RefreshSuccess').implement({
    description: 'The session continues with new tokens; the presented refresh token is used up.',
    fields: (t) => ({
      session: t.expose('session', { type: types.session, description: 'The session that was refreshed.' }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'New tokens of the session.' }),
    }),
  })
  addMutation(builder, {
    name: 'refresh',
    description:
      'Exchanges a refresh token for its successor and a new access token. If the same device presents a replaced token again within the grace period (REFRESH_GRACE_SECONDS), it receives the current token, so that retries and several tabs are harmless. If the response was lost and no new token has been used, this works up to LOST_ANSWER_SECONDS. Any other use of a replaced token is reuse and ends the session (RFC 9700, section 4.14.2). Requires the header x-csrf-token if the refresh token is in the cookie.',
    input,
    inputDefault: {},
    success,
    problems: [InvalidRefreshTokenProblem, RefreshTokenReusedProblem, DeviceMismatchProblem],
    access: anyone,
    limit: limits.refresh,
    resolve: async ({ input, context }) => {
      const { credentials, origin, authentication, limitReport } = context
      const caller = { origin, viewer: authentication.viewer }
      const refreshed = await context.flows.refreshSession(input, credentials, caller, limitReport)
      deliverSession(context, refreshed.session, refreshed.tokens)
      return refreshed
    },
  })
}

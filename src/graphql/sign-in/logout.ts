import { RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'

/** The mutation `logout`. */
export function addLogout(builder: Builder): void {
  const input = builder.inputType('LogoutInput', {
    description:
      "Which session to end: the access token's (an expired one will do here), or the refresh token's, in the input or the cookie.",
    fields: (t) => ({
      allDevices: t.boolean({
        required: true,
        defaultValue: false,
        description: 'End every session of the account, while this one is still alive.',
      }),
      refreshToken: t.string({ description: 'For a client that holds no access token any more.' }),
    }),
  })
  const success = builder.objectRef<{ revokedSessions: number }>('LogoutSuccess').implement({
    description: 'Signed out; cookies of ours have been expired.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', {
        description: 'How many sessions ended; 0 when the session had ended before.',
      }),
    }),
  })
  const result = builder.errorUnion('LogoutResult', {
    description: 'What logout answers.',
    types: [success, RateLimitedProblem],
    resolveType: () => 'LogoutSuccess',
  })
  builder.mutationField('logout', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Ends the session: its refresh token at once, its access tokens within a second everywhere. With cookies, x-csrf-token is wanted.',
      args: { input: t.arg({ type: input, description: 'Not needed with an access token or cookies.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const wish = args.input ?? { allDevices: false }
        const { revokedSessions, transport } = await context.flows.logout(
          wish,
          context.credentials,
          context.origin,
        )
        // The session of a body token is not the one that the cookies may be of.
        if (transport !== 'BODY') context.cookies.clear()
        return { revokedSessions }
      },
    }),
  )
}

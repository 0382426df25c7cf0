import { limits } from '../../domain/rate-limits/limits.ts'
import type { LoggedOut } from '../../flows/sign-in/logout.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'

/** The mutation `logout`. */
export function addLogout(builder: Builder): void {
  const input = builder.inputType('LogoutInput', {
    description:
      'Optional. The session that ends is the one of the access token, which may have expired, or else of the refresh token in the input or the cookie.',
    fields: (t) => ({
      allDevices: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'Ends all sessions of the account. Requires that this session is still live. API keys stay valid: see remainingApiKeys.',
      }),
      refreshToken: t.string({ description: 'For clients that no longer hold an access token.' }),
    }),
  })
  const success = builder
    .objectRef<Pick<LoggedOut, 'revokedSessions' | 'remainingApiKeys'>>('LogoutSuccess')
    .implement({
      description: 'The user is signed out. The cookies of the session were deleted.',
      fields: (t) => ({
        revokedSessions: t.exposeInt('revokedSessions', {
          description: 'Number of sessions that were ended; 0 if the session had already ended.',
        }),
        remainingApiKeys: t.exposeInt('remainingApiKeys', {
          description:
            'Number of API keys of the account that stay valid, also with allDevices; 0 if the session had already ended.',
        }),
      }),
    })
  addMutation(builder, {
    name: 'logout',
    description:
      'Ends the session: its refresh token immediately, its access tokens within a second in every process. Requires the header x-csrf-token if the session is in cookies.',
    input,
    inputDefault: { allDevices: false },
    success,
    problems: [],
    access: anyone,
    limit: limits.mutation,
    resolve: async ({ input, context }) => {
      const { transport, ...ended } = await context.flows.logout(input, context.credentials, context.origin)
      // Cookies of the request may belong to another session than a token of the body.
      if (transport !== 'BODY') context.cookies.clear()
      return ended
    },
  })
}

import type { createFindCsrfToken } from './find-csrf-token.ts'
import type { createLogin } from './login.ts'
import type { createLogout } from './logout.ts'
import type { createRevokeOtherSessions, createRevokeSession } from './manage-sessions.ts'
import type { createRefreshSession } from './refresh-session.ts'
import type { createRegister } from './register.ts'

/** The use cases that the API offers, wired. */
export interface Flows {
  readonly register: ReturnType<typeof createRegister>
  readonly login: ReturnType<typeof createLogin>
  readonly refreshSession: ReturnType<typeof createRefreshSession>
  readonly logout: ReturnType<typeof createLogout>
  readonly revokeSession: ReturnType<typeof createRevokeSession>
  readonly revokeOtherSessions: ReturnType<typeof createRevokeOtherSessions>
  readonly findCsrfToken: ReturnType<typeof createFindCsrfToken>
}

import type { FlowDeps } from '../flow-deps.ts'
import { createAuthenticate } from './authenticate.ts'
import { createFindCsrfToken } from './find-csrf-token.ts'
import { createLogin } from './login.ts'
import { createLogout } from './logout.ts'
import { createReauthenticate } from './reauthenticate.ts'
import { createRefreshSession } from './refresh-session.ts'
import { createRegister } from './register.ts'

export function createSignInFlows(deps: FlowDeps) {
  return {
    authenticate: createAuthenticate(deps),
    findCsrfToken: createFindCsrfToken(deps),
    login: createLogin(deps),
    logout: createLogout(deps),
    reauthenticate: createReauthenticate(deps),
    refreshSession: createRefreshSession(deps),
    register: createRegister(deps),
  }
}

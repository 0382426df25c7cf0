import type { FlowDeps } from '../flow-deps.ts'
import { createAuthenticate } from './authenticate.ts'
import { createChargeCall } from './charge-call.ts'
import { createCompleteMfaChallenge } from './complete-mfa-challenge.ts'
import { createFindCsrfToken } from './find-csrf-token.ts'
import { createLogin } from './login.ts'
import { createLoginWithPasskey } from './login-with-passkey.ts'
import { createLogout } from './logout.ts'
import { createReauthenticate } from './reauthenticate.ts'
import { createReauthenticateWith } from './reauthenticate-with.ts'
import { createRefreshSession } from './refresh-session.ts'
import { createRegister } from './register.ts'
import { createStartPasskeyLogin } from './start-passkey-login.ts'

export function createSignInFlows(deps: FlowDeps) {
  return {
    authenticate: createAuthenticate(deps),
    chargeCall: createChargeCall(deps),
    completeMfaChallenge: createCompleteMfaChallenge(deps),
    findCsrfToken: createFindCsrfToken(deps),
    login: createLogin(deps),
    loginWithPasskey: createLoginWithPasskey(deps),
    logout: createLogout(deps),
    reauthenticate: createReauthenticate(deps),
    reauthenticateWith: createReauthenticateWith(deps),
    refreshSession: createRefreshSession(deps),
    register: createRegister(deps),
    startPasskeyLogin: createStartPasskeyLogin(deps),
  }
}

import type { Services } from '../services.ts'
import { createCheckApiKey } from './access/check-api-key.ts'
import { createProofRequirements } from './access/require-fresh-proof.ts'
import { createGuardFactor } from './factors/guard-factor.ts'
import { createCheckNewPassword } from './passwords/check-new-password.ts'
import { createGuardPassword } from './passwords/guard-password.ts'
import { createProvePassword } from './passwords/prove-password.ts'
import { createWatchGuesses } from './passwords/watch-guesses.ts'
import { createRotateKeys } from './rotate-keys.ts'
import { createEndSessions } from './sessions/end-sessions.ts'
import { createOpenSession } from './sessions/open-session.ts'
import { createReplaceSession } from './sessions/replace-session.ts'
import { createIssueSessionTokens } from './sessions/session-tokens.ts'
import { createWatchSession } from './sessions/watch-session.ts'

export type Steps = ReturnType<typeof createSteps>

/** Creates the steps that several use cases share. A step that builds on another one is created after it. */
export function createSteps(services: Services) {
  const endSessions = createEndSessions(services)
  const watchGuesses = createWatchGuesses(services)
  const guardPassword = createGuardPassword({ ...services, watchGuesses })
  return {
    checkApiKey: createCheckApiKey(services),
    checkNewPassword: createCheckNewPassword(services),
    endSessions,
    guardFactor: createGuardFactor(services),
    guardPassword,
    issueTokens: createIssueSessionTokens(services),
    openSession: createOpenSession(services),
    provePassword: createProvePassword({ ...services, guardPassword }),
    replaceSession: createReplaceSession({ ...services, endSessions }),
    ...createProofRequirements(services),
    rotateKeys: createRotateKeys(services),
    watchSession: createWatchSession({ ...services, endSessions }),
  }
}

import type { Services } from '../services.ts'
import { createCheckApiKey } from './check-api-key.ts'
import { createCheckNewPassword } from './check-new-password.ts'
import { createEndSessions } from './end-sessions.ts'
import { createGuardPassword } from './guard-password.ts'
import { createOpenSession } from './open-session.ts'
import { createProvePassword } from './prove-password.ts'
import { createReplaceSession } from './replace-session.ts'
import { createRequireFreshProof } from './require-fresh-proof.ts'
import { createRotateKeys } from './rotate-keys.ts'
import { createIssueSessionTokens } from './session-tokens.ts'
import { createWatchGuesses } from './watch-guesses.ts'
import { createWatchSession } from './watch-session.ts'

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
    guardPassword,
    issueTokens: createIssueSessionTokens(services),
    openSession: createOpenSession(services),
    provePassword: createProvePassword({ ...services, guardPassword }),
    replaceSession: createReplaceSession({ ...services, endSessions }),
    requireFreshProof: createRequireFreshProof(services),
    rotateKeys: createRotateKeys(services),
    watchSession: createWatchSession({ ...services, endSessions }),
  }
}

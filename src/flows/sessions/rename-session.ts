import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { displayedLine, isVisible, parseInput } from '../steps/input.ts'

const name = displayedLine(100)
  .transform((raw) => raw.trim())
  .refine(isVisible, {
    message: 'Must contain at least one visible character.',
    params: { code: 'REQUIRED' },
  })

const rules = z.object({ sessionId: z.string(), name })

export type RenameSessionInput = z.input<typeof rules>

/**
 * Names one of the viewer's live sessions. The name is for display: mails, risk signals and the comparison of devices use
 * the facts of the sign-in, which do not change.
 * @throws InvalidInputProblem, NotFoundProblem for an unknown session, an ended one, and one of another user
 */
export function createRenameSession(deps: Pick<FlowDeps, 'sessions' | 'audit' | 'clock'>) {
  return async function renameSession(
    raw: RenameSessionInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<Session> {
    const { sessionId, name } = parseInput(rules, raw)
    if (!isUuid(sessionId)) throw new NotFoundProblem()
    const { userId } = viewer
    const audit = deps.audit.event('SESSION_RENAMED', origin, {})
    const renamed = await deps.sessions.rename({ sessionId, userId, name }, deps.clock.now(), audit)
    if (renamed === null) throw new NotFoundProblem()
    return renamed
  }
}

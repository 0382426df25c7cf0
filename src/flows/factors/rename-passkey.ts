import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Passkey } from '../../domain/factors/passkey.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { passkeyName } from '../steps/factors/passkey-input.ts'
import { parseInput } from '../steps/input.ts'

const rules = z.object({ passkeyId: z.string(), name: passkeyName })

export type RenamePasskeyInput = z.input<typeof rules>

/** Names a passkey of the viewer. @throws InvalidInputProblem, NotFoundProblem, also for a passkey of another user */
export function createRenamePasskey(deps: Pick<FlowDeps, 'passkeyStore'>) {
  return async function renamePasskey(raw: RenamePasskeyInput, { userId }: UserViewer): Promise<Passkey> {
    const { passkeyId: id, name } = parseInput(rules, raw)
    const renamed = isUuid(id) ? await deps.passkeyStore.rename({ id, userId }, name) : null
    if (renamed === null) throw new NotFoundProblem()
    return renamed
  }
}

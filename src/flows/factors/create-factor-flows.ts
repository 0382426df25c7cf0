import type { FlowDeps } from '../flow-deps.ts'
import { createConfirmTotp } from './confirm-totp.ts'
import { createFindAuthFactors } from './find-auth-factors.ts'
import { createFindSecondSteps } from './find-second-steps.ts'
import { createFinishPasskeyRegistration } from './finish-passkey-registration.ts'
import { createForgetRememberedDevices } from './forget-remembered-devices.ts'
import { createRegenerateRecoveryCodes } from './regenerate-recovery-codes.ts'
import { createRemovePasskey } from './remove-passkey.ts'
import { createRemoveTotp } from './remove-totp.ts'
import { createRenamePasskey } from './rename-passkey.ts'
import { createSetSecondStep } from './set-second-step.ts'
import { createStartPasskeyRegistration } from './start-passkey-registration.ts'
import { createStartTotpEnrolment } from './start-totp-enrolment.ts'
import { createUndoFactorChange } from './undo-factor-change.ts'

export function createFactorFlows(deps: FlowDeps) {
  return {
    confirmTotp: createConfirmTotp(deps),
    findAuthFactors: createFindAuthFactors(deps),
    findSecondSteps: createFindSecondSteps(deps),
    finishPasskeyRegistration: createFinishPasskeyRegistration(deps),
    regenerateRecoveryCodes: createRegenerateRecoveryCodes(deps),
    removePasskey: createRemovePasskey(deps),
    removeTotp: createRemoveTotp(deps),
    renamePasskey: createRenamePasskey(deps),
    startPasskeyRegistration: createStartPasskeyRegistration(deps),
    startTotpEnrolment: createStartTotpEnrolment(deps),
    forgetRememberedDevices: createForgetRememberedDevices(deps),
    setSecondStep: createSetSecondStep(deps),
    undoFactorChange: createUndoFactorChange(deps),
  }
}

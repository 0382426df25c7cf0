import type { RecoveryCode } from '../../../domain/factors/recovery-code.ts'
import { readRecoveryCode } from '../../../domain/factors/recovery-code.ts'
import { readTotpCode } from '../../../domain/factors/totp.ts'
import { InvalidCodeProblem, InvalidInputProblem } from '../../../domain/problems.ts'
import type { JsonObject } from '../../../lib/text/json.ts'

/** A presented proof of the second factor whose text is well formed. */
export type FactorProof =
  | { readonly kind: 'TOTP'; readonly code: string }
  | { readonly kind: 'RECOVERY_CODE'; readonly code: RecoveryCode }
  | {
      readonly kind: 'PASSKEY'
      readonly response: JsonObject
      /** The challenge that the response must sign; null: no passkey can answer. */
      readonly challenge: Uint8Array<ArrayBuffer> | null
    }

/** @throws InvalidCodeProblem, without a try, for text that is not six digits */
export function readTotpProof(text: string): FactorProof {
  const code = readTotpCode(text)
  if (code === null) throw new InvalidCodeProblem(null, 'A code of the authenticator app has six digits.')
  return { kind: 'TOTP', code }
}

/** @throws InvalidCodeProblem, without a try, for text that is no recovery code */
export function readRecoveryProof(text: string): FactorProof {
  const code = readRecoveryCode(text)
  if (code === null)
    throw new InvalidCodeProblem(
      null,
      'A recovery code looks like 3-7K2M-9QXA-T4RB-0WZN. Type it completely.',
    )
  return { kind: 'RECOVERY_CODE', code }
}

/** Number of proofs that were sent. */
export function countProofs(...proofs: readonly unknown[]): number {
  return proofs.filter((proof) => proof != null).length
}

/** The combination of proofs is not accepted. */
export function wrongProofs(message: string): InvalidInputProblem {
  return new InvalidInputProblem([{ path: [], code: 'ONE_PROOF', message }])
}

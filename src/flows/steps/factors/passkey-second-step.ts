import { usableWith } from '../../../domain/factors/passkey.ts'
import { newPasskeyChallenge } from '../../../domain/factors/passkey-ceremony.ts'
import { requestOptions } from '../../../domain/factors/passkey-options.ts'
import type { PasskeyVerifier } from '../../../domain/factors/passkey-verifier.ts'
import type { Services } from '../../services.ts'
import { readAssertion } from './passkey-input.ts'
import { type ProvePasskeyDeps, provePasskey } from './prove-passkey.ts'

export type PasskeySecondStepDeps = ProvePasskeyDeps & Pick<Services, 'passkeyRp'>

/** Passkeys as the second step of a sign-in: only those of the account can answer. */
export function createPasskeySecondStep(deps: PasskeySecondStepDeps): PasskeyVerifier {
  return {
    async begin(userId) {
      const passkeys = usableWith(await deps.passkeyStore.list(userId), deps.passkeyRp)
      if (passkeys.length === 0) return null
      const challenge = newPasskeyChallenge()
      return { options: requestOptions(textOf(challenge), deps.passkeyRp, passkeys), challenge }
    },
    async verify(response, { userId, challenge, requestId }) {
      const proven = await provePasskey(deps, readAssertion('passkey', response), {
        challenge: textOf(challenge),
        refuses: ({ owner }) => (owner.id === userId ? null : 'The passkey belongs to another account.'),
        requestId,
      })
      return proven.valid ? proven : null
    },
  }
}

function textOf(challenge: Uint8Array): string {
  return Buffer.from(challenge).toString('base64url')
}

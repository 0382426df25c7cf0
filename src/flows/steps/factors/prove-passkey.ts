import { hasCounterRegressed, userHandleOf } from '../../../domain/factors/passkey.ts'
import type { OwnedPasskey } from '../../../domain/factors/passkey-store.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import type { readAssertion } from './passkey-input.ts'

export type ProvePasskeyDeps = Pick<Services, 'passkeyStore' | 'webauthn' | 'logger'>

/** What a response is compared with. */
export interface ExpectedPasskey {
  /** In base64url. */
  readonly challenge: string
  /**
   * Why the passkey of this owner is not accepted; null: it is. `handle` is the user handle of the response, which is null
   * if the authenticator did not return it.
   */
  refuses(owned: OwnedPasskey, handle: string | null): string | null
  readonly requestId: string | null
}

/** A response that is valid. */
export interface ProvenPasskey {
  readonly valid: true
  readonly owned: OwnedPasskey
  /** Whether the counter did not increase: the authenticator may have been copied. */
  readonly counterRegressed: boolean
  /** Stores the use, in the transaction of what it allows. False if the passkey was removed in the meantime. */
  accept(stores: Pick<Stores, 'passkeys'>, now: Date): Promise<boolean>
}

/** The owner is null if the credential is unknown. */
export interface RefusedPasskey {
  readonly valid: false
  readonly owner: User | null
}

/**
 * Verifies the response of a passkey. Every reason to refuse it has the same result; only the log names it. Consumes nothing.
 */
export async function provePasskey(
  deps: ProvePasskeyDeps,
  { userHandle, ...response }: ReturnType<typeof readAssertion>,
  expected: ExpectedPasskey,
): Promise<ProvenPasskey | RefusedPasskey> {
  const credentialId = new Uint8Array(Buffer.from(response.id, 'base64url'))
  const owned = await deps.passkeyStore.findByCredential(credentialId)
  if (owned === null) return refuse(deps, null, 'No account has this credential.', expected)
  const { passkey, owner } = owned
  const refusal = handleRefusal(owner, userHandle) ?? expected.refuses(owned, userHandle)
  if (refusal !== null) return refuse(deps, owner, refusal, expected)
  const verified = await deps.webauthn.verifyAssertion(response, expected.challenge, passkey.publicKey)
  if (verified.rejection !== null) return refuse(deps, owner, verified.rejection, expected)
  const { signCount, backedUp } = verified
  return {
    valid: true,
    owned,
    counterRegressed: hasCounterRegressed(passkey.signCount, signCount),
    accept: (stores, at) => stores.passkeys.noteUse(passkey.id, { at, signCount, backedUp }),
  }
}

function handleRefusal(owner: User, handle: string | null): string | null {
  return handle === null || handle === userHandleOf(owner.id)
    ? null
    : 'The user handle is that of another account.'
}

function refuse(
  deps: ProvePasskeyDeps,
  owner: User | null,
  reason: string,
  { requestId }: ExpectedPasskey,
): RefusedPasskey {
  logRefusedPasskey(deps, { userId: owner?.id ?? null, requestId, reason })
  return { valid: false, owner }
}

/** The log alone says why a passkey is refused. */
export function logRefusedPasskey(
  { logger }: Pick<Services, 'logger'>,
  facts: { readonly userId: string | null; readonly requestId: string | null; readonly reason: string },
): void {
  logger.info(facts, 'a passkey was refused')
}

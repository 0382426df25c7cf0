import type { JsonObject } from '../../lib/text/json.ts'
import type { Stores } from '../transaction.ts'

/** The request of a passkey in a second step. */
export interface PasskeyRequest {
  /** Argument of navigator.credentials.get() as JSON (WebAuthn, PublicKeyCredentialRequestOptionsJSON). */
  readonly options: JsonObject
  /** The random challenge in the options, which the response must sign. */
  readonly challenge: Uint8Array<ArrayBuffer>
}

/** A verified response. */
export interface PasskeyProof {
  /** Whether the counter did not increase: the authenticator may have been copied. */
  readonly counterRegressed: boolean
  /** Stores the use of the passkey in the transaction that it allows. False if the passkey was removed in the meantime. */
  accept(stores: Pick<Stores, 'passkeys'>, now: Date): Promise<boolean>
}

/** Verifies passkeys of one account, as a second step (WebAuthn, section 7.2). */
export interface PasskeyVerifier {
  /** Null if the account has no passkey. */
  begin(userId: string): Promise<PasskeyRequest | null>
  /**
   * Verifies a response of a passkey of that account to that challenge, with user verification. Null if it is not valid; the
   * reason is logged only. @throws InvalidInputProblem for a response that is too long or malformed
   */
  verify(
    response: JsonObject,
    expected: {
      readonly userId: string
      readonly challenge: Uint8Array<ArrayBuffer>
      /** For the log. */
      readonly requestId: string | null
    },
  ): Promise<PasskeyProof | null>
}

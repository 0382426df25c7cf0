import type { RevocationPublisher } from '../../../domain/tokens/revocation-ports.ts'

/**
 * Awaits a change that revokes something. If the store fails, the change may have been committed and only its result
 * lost: then revocations are marked as uncertain.
 */
export async function attemptRevocation<T>(
  { revocations }: { readonly revocations: Pick<RevocationPublisher, 'markUncertain'> },
  change: Promise<T>,
): Promise<T> {
  try {
    return await change
  } catch (error) {
    revocations.markUncertain()
    throw error
  }
}

import { createVerifier, type Verifier, type VerifierOptions } from '../../../src/verify/gatehouse-verify.ts'
import { makeKey } from '../../support/api-keys.ts'
import type { SignedIn } from '../../support/people.ts'
import type { TestApp } from '../../support/test-app.ts'

type Send = typeof fetch

/** Sends the requests of a verifier to the service, without sockets. */
function fetchOf({ app }: Pick<TestApp, 'app'>): Send {
  return async (input, init) => app.fetch(new Request(input, init), { peerAddress: '192.0.2.8' })
}

/** The options of a verifier that knows the service by its issuer, and has its clock. */
export function optionsOf(test: TestApp) {
  const { issuer, audience } = test.config.tokens
  return { issuer, audience, fetch: fetchOf(test), now: () => test.clock.now().getTime() }
}

/** A verifier that follows revocations and accepts API keys, of every tenant. Close it. */
export async function verifierOf(
  test: TestApp,
  admin: SignedIn,
  options: Omit<Partial<VerifierOptions>, 'tenant' | 'anyTenant'> = {},
  tenant: { readonly tenant: string } | { readonly anyTenant: true } = { anyTenant: true },
): Promise<Verifier> {
  const { secret } = await makeKey(test, admin.accessToken, { rateLimit: '100000/1m' })
  return createVerifier({
    ...optionsOf(test),
    ...tenant,
    serviceKey: secret,
    revocations: { pollSeconds: 0.1 },
    apiKeys: { cacheSeconds: 0 },
    ...options,
  })
}

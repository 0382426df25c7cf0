import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { newOneTimeToken, type OneTimeToken } from '../../src/domain/one-time-tokens/one-time-token.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import type { TestApp } from './test-app.ts'

type Link = Pick<OneTimeToken, 'purpose' | 'userId'> &
  Partial<Pick<OneTimeToken, 'email' | 'registrationId' | 'factorChange'>> & { readonly lifeSeconds?: number }

/** The token of a link of that purpose, as a mail would contain it. By default it lives for an hour. */
export async function linkTokenFor(test: TestApp, { lifeSeconds = 3600, ...subject }: Link): Promise<string> {
  const deps = { clock: test.clock, ids: createIds(test.clock) }
  const { secret, token } = newOneTimeToken(deps, { ...subject, keepsOlder: true, lifeSeconds })
  await createStores(test.database.client).oneTimeTokens.insert(token)
  return secret
}

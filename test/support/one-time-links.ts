import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { newOneTimeToken, type OneTimeToken } from '../../src/domain/one-time-tokens/one-time-token.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import type { TestApp } from './test-app.ts'

type LinkSubject = Pick<OneTimeToken, 'purpose' | 'userId'> &
  Partial<Pick<OneTimeToken, 'email' | 'registrationId' | 'factorChange'>>

/** The token of a link of that purpose, as a mail would contain it. It lives for an hour. */
export async function linkTokenFor(test: TestApp, subject: LinkSubject): Promise<string> {
  const deps = { clock: test.clock, ids: createIds(test.clock) }
  const { secret, token } = newOneTimeToken(deps, { ...subject, keepsOlder: true, lifeSeconds: 3600 })
  await createStores(test.database.client).oneTimeTokens.insert(token)
  return secret
}

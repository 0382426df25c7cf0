import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { PrismaSigningKeyStore } from '../../src/adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import type { AttemptStore } from '../../src/domain/attempts/attempt-store.ts'
import { createResealSigningKeys } from '../../src/flows/operator/keep-signing-keys.ts'
import { createResealTotpSecrets } from '../../src/flows/operator/reseal-totp-secrets.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { Comparisons, guess } from '../support/guesses.ts'
import { askLogin, signUp } from '../support/people.ts'
import { challenge, complete, nextCode, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const [oldKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
const comparisons = new Comparisons()
let attempts: AttemptStore | null = null
let old: TestApp
/** Knows the new key and the old one. */
let both: TestApp
/** Has forgotten the old one. */
let after: TestApp

/** A process beside the others: they have one store of attempts. */
function start(env: Readonly<Record<string, string>>): Promise<TestApp> {
  const beside = old === undefined ? {} : { database: old.database, clock: old.clock }
  return createTestApp({
    ...beside,
    env,
    infrastructure: (opened: Infrastructure) => {
      attempts ??= opened.attempts
      return comparisons.infrastructure({ ...opened, attempts })
    },
  })
}

beforeAll(async () => {
  old = await start({ MASTER_KEY: oldKey })
  both = await start({ MASTER_KEY: newKey, MASTER_KEY_PREVIOUS: oldKey })
  const signingKeys = new PrismaSigningKeyStore(old.database.client)
  const sealer = new AesSealer(new Secret(newKey), new Secret(oldKey))
  await createResealSigningKeys({ signingKeys, sealer })()
  after = await start({ MASTER_KEY: newKey })
})
afterAll(async () => {
  await after.close()
  await both.close()
  await old.close()
})

describe('a rotation of MASTER_KEY', () => {
  it('keeps authenticator apps usable, before and after their secrets are resealed', async () => {
    const [ada, bob] = [await signUpWithTotp(old), await signUpWithTotp(old)]
    const signInTo = async (app: TestApp, user: typeof ada) => {
      const actor = app.actor()
      return complete(actor, await challenge(actor, user.email), { code: nextCode(app, user) })
    }
    expect(await signInTo(both, ada)).toMatchObject({ __typename: 'LoginSuccess' })
    const sealer = new AesSealer(new Secret(newKey), new Secret(oldKey))
    const { client } = old.database
    const damaged = await client.totpSecret.findFirstOrThrow({ where: { userId: bob.userId } })
    const sealedSecret = damaged.sealedSecret.map((byte, at) => (at === 20 ? byte ^ 1 : byte))
    await client.totpSecret.update({ where: { id: damaged.id }, data: { sealedSecret } })
    const { totpSecrets } = createStores(client)
    const { resealed, damaged: refused } = await createResealTotpSecrets({ totpSecrets, sealer })()
    expect(resealed).toBeGreaterThanOrEqual(1)
    expect(refused).toEqual([damaged.id])
    expect(await signInTo(after, ada)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('lifts no lock: neither when the new key comes nor when the old one goes', async () => {
    const { email } = await signUp(old.actor())
    await guess(old.actor(), email, 5)
    expect(await askLogin(both.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    const { email: another } = await signUp(both.actor())
    await guess(both.actor(), another, 5)
    expect(await askLogin(old.actor(), another)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await askLogin(after.actor(), another)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
  })

  it.each([
    ['the old key and both', () => [old, both]],
    ['both keys and the new one', () => [both, after]],
  ])('gives processes with %s one count together', async (_which, processes) => {
    const { email } = await signUp(both.actor())
    const { deviceToken } = await askLogin(both.actor(), email)
    for (const input of [{}, { deviceToken }]) {
      comparisons.count = 0
      for (let n = 0; n < 6; n += 1)
        for (const process of processes()) await guess(process.actor(), email, 1, input)
      expect(comparisons.count).toBe(3)
      for (const process of processes())
        expect(await askLogin(process.actor(), email, input)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    }
  })

  it('forgets failures by a right password under both keys', async () => {
    const { email } = await signUp(both.actor())
    for (let round = 0; round < 3; round += 1) {
      await guess(both.actor(), email, 2)
      expect((await askLogin(both.actor(), email)).__typename).toBe('LoginSuccess')
    }
    await guess(after.actor(), email, 2)
    expect((await askLogin(old.actor(), email)).__typename).toBe('LoginSuccess')
    expect((await askLogin(after.actor(), email)).__typename).toBe('LoginSuccess')
  })
})

import { getNamedType, isUnionType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchema } from '../../src/graphql/schema.ts'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { Forger } from '../support/forger.ts'
import { signUpAs } from '../support/people.ts'
import { type ProofRule, permissionTable, proofRules } from '../support/permission-table.ts'
import { insertPasskey, insertTotp } from '../support/rows.ts'
import { sampleOperation } from '../support/sample-operations.ts'
import { rootFields } from '../support/schema-rules.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const problem = 'ReauthenticationRequiredProblem'
const mutations = rootFields(createSchema()).filter(({ mutates }) => mutates)
const requiring = mutations.filter(({ field }) => {
  const result = getNamedType(field.type)
  return isUnionType(result) && result.getTypes().some(({ name }) => name === problem)
})

/** Seconds for which a proof is recent, by default. */
const maxAgeSeconds = 900

type Factors = 'none' | 'TOTP' | 'PASSKEY' | 'both'

/** A service, and one administrator for each combination of factors. */
interface Service {
  readonly test: TestApp
  readonly accounts: ReadonlyMap<Factors, Forger>
}

async function openService(env: Readonly<Record<string, string>>, all: readonly Factors[]): Promise<Service> {
  const test = await createTestApp({ env })
  const accounts = new Map<Factors, Forger>()
  for (const factors of all) accounts.set(factors, await addAdministrator(test, factors))
  return { test, accounts }
}

async function addAdministrator(test: TestApp, factors: Factors): Promise<Forger> {
  const { userId, accessToken } = await signUpAs(test, 'ADMIN')
  if (factors === 'TOTP' || factors === 'both') await insertTotp(test.database, userId)
  if (factors === 'PASSKEY' || factors === 'both') await insertPasskey(test.database, userId)
  return Forger.of(test, accessToken)
}

let usual: Service
let oneFactor: Service
let twoFactors: Service
beforeAll(async () => {
  usual = await openService({}, ['none', 'TOTP', 'PASSKEY', 'both'])
  oneFactor = await openService({ MFA_ADMIN_ACTIONS: 'aal1' }, ['TOTP'])
  twoFactors = await openService({ MFA: 'privileged' }, ['none', 'TOTP'])
})
afterAll(async () => {
  for (const { test } of [usual, oneFactor, twoFactors]) await test.close()
})

/** Age of a proof in seconds; null: there was none. */
interface Ages {
  readonly password: number
  readonly secondFactor: number | null
}

function ruleOf(name: string): ProofRule {
  const rule = proofRules[name]
  if (rule === undefined) throw new Error(`Add a row for ${name} to proofRules in ${permissionTable}.`)
  return rule
}

/** The result of a sample call with a token of the session that states such proofs. */
async function call(
  factors: Factors,
  { field }: (typeof mutations)[number],
  ages: Ages,
  { test, accounts } = usual,
) {
  const forger = accounts.get(factors)
  if (forger === undefined) throw new Error(`No account with ${factors}.`)
  const now = Math.floor(test.clock.now().getTime() / 1000)
  const { password, secondFactor } = ages
  const second =
    secondFactor === null ? {} : { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', mfa_time: now - secondFactor }
  const token = forger.forge({}, { auth_time: now - password, iat: now, exp: now + 60, ...second })
  const document = sampleOperation('mutation', field).replace(
    '{ __typename }',
    `{ __typename ... on ${problem} { maxAgeSeconds acceptable requiredAssurance message } }`,
  )
  return resultOf(await test.actor().ask(document, {}, Actor.bearer(token)))
}

const required = (acceptable: readonly string[], requiredAssurance = 'AAL2') =>
  expect.objectContaining({ __typename: problem, acceptable, requiredAssurance, maxAgeSeconds })

describe('the table of proofs', () => {
  it('has a row for every mutation that can require recent reauthentication, and no other', () => {
    const names = requiring.map(({ field }) => field.name).toSorted()
    expect(Object.keys(proofRules).toSorted(), `Edit proofRules in ${permissionTable}`).toEqual(names)
  })
})

describe.each(requiring.map((mutation) => ({ name: mutation.field.name, mutation })))(
  '$name',
  ({ name, mutation }) => {
    it('of an account with a second factor is refused without a recent proof of both', async () => {
      const stale = maxAgeSeconds + 1
      const cases: readonly [Factors, Ages, readonly string[]][] = [
        ['TOTP', { password: 0, secondFactor: null }, ['TOTP']],
        ['TOTP', { password: 0, secondFactor: stale }, ['TOTP']],
        ['TOTP', { password: stale, secondFactor: 0 }, ['PASSWORD']],
        ['TOTP', { password: stale, secondFactor: null }, ['PASSWORD', 'TOTP']],
        ['PASSKEY', { password: 0, secondFactor: null }, ['PASSKEY']],
        ['PASSKEY', { password: stale, secondFactor: 0 }, ['PASSWORD', 'PASSKEY']],
        ['both', { password: 0, secondFactor: stale }, ['TOTP', 'PASSKEY']],
        ['both', { password: stale, secondFactor: stale }, ['PASSWORD', 'TOTP', 'PASSKEY']],
      ]
      for (const [factors, ages, acceptable] of cases)
        expect(await call(factors, mutation, ages), JSON.stringify({ factors, ages })).toEqual(
          required(acceptable),
        )
    })

    it('of an account without a second factor requires what the table says', async () => {
      const stale = await call('none', mutation, { password: maxAgeSeconds + 1, secondFactor: null })
      if (ruleOf(name).of === 'always') expect(stale).toEqual(required(['PASSWORD'], 'AAL1'))
      else expect(stale).not.toHaveProperty('acceptable')
    })

    it('is not refused after a recent proof of both', async () => {
      const ages = { password: maxAgeSeconds - 10, secondFactor: maxAgeSeconds - 60 }
      // Some of these calls succeed, and change the account.
      const fresh = {
        ...usual,
        accounts: new Map([['both', await addAdministrator(usual.test, 'both')]] as const),
      }
      expect(await call('both', mutation, ages, fresh)).not.toHaveProperty('acceptable')
    })

    it('requires the level of MFA_ADMIN_ACTIONS if it is an action on other accounts or on keys', async () => {
      const { administrative = false } = ruleOf(name)
      const passwordOnly = { password: 0, secondFactor: null }
      const lenient = await call('TOTP', mutation, passwordOnly, oneFactor)
      if (administrative) expect(lenient).not.toHaveProperty('acceptable')
      else expect(lenient).toEqual(required(['TOTP']))
      expect(await call('TOTP', mutation, passwordOnly, twoFactors)).toEqual(required(['TOTP']))
      const strict = await call('none', mutation, passwordOnly, twoFactors)
      if (administrative) expect(strict).toEqual(required([]))
      else expect(strict).not.toHaveProperty('acceptable')
    })

    it('requires a recent password if one factor is enough', async () => {
      if (ruleOf(name).administrative !== true) return
      const stale = { password: maxAgeSeconds + 1, secondFactor: 0 }
      expect(await call('TOTP', mutation, stale, oneFactor)).toEqual(required(['PASSWORD'], 'AAL1'))
    })
  },
)

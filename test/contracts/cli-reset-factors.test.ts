import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { createOperatorDirectory } from '../../src/app/create-operator-directory.ts'
import { usersResetFactors } from '../../src/cli/users/users-reset-factors.ts'
import { MailComposer } from '../../src/domain/mail/mail-composer.ts'
import { createResetFactors } from '../../src/flows/operator/reset-factors.ts'
import { createAccountMails } from '../../src/flows/steps/mails/account-mails.ts'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import { eventually } from '../support/eventually.ts'
import { mailsTo } from '../support/mails.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { auditOf, insertTenant } from '../support/rows.ts'
import { enrolTotp } from '../support/second-steps.ts'
import { deactivateUnheard } from '../support/tenant-state.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** What the command does with an open database. */
function reset(email: string, tenant: string | null = null) {
  const { secrets, oneTimeTokens: lifetimes } = test.config
  const stores = { ...openStores(test.database, null), clock: test.clock }
  const composer = new MailComposer({ ...stores, sealer: new AesSealer(secrets.masterKey) })
  const mails = createAccountMails({ ...stores, composer, lifetimes })
  return createResetFactors({ ...stores, mails, tenants: createOperatorDirectory(test.config, stores) })({
    user: email,
    tenant,
  })
}

const refusal = (code: string) => ({ issues: [{ code }] })

describe('users reset-factors', () => {
  it('removes the factors of an account, ends its sessions and mails its owner', async () => {
    const ada = await enrolTotp(test, await signUp(test.actor()))
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'MfaChallenge' })
    expect(await reset(` ${ada.email.toUpperCase()}`)).toMatchObject({ removed: 1 })
    await eventually(async () => expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED'))
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
    const subjects = (await mailsTo(test, ada.email)).map(({ subject }) => subject)
    expect(subjects).toContain('The second factors of your Gatehouse account were removed')
    const events = await auditOf(test.database, ada.userId)
    expect(events.find(({ type }) => type === 'FACTORS_RESET')).toMatchObject({
      actorId: null,
      reason: 'RESET_BY_OPERATOR',
    })
  })

  it('accepts an id', async () => {
    const { userId } = await enrolTotp(test, await signUp(test.actor()))
    expect(await reset(userId)).toMatchObject({ user: { id: userId }, removed: 1 })
  })

  it('reports unknown tenants and accounts', async () => {
    await expect(reset('nobody@example.com')).rejects.toMatchObject(refusal('NO_SUCH_USER'))
    await expect(reset('nobody@example.com', 'nowhere')).rejects.toMatchObject(refusal('NO_SUCH_TENANT'))
  })

  it('changes no account of a deactivated tenant', async () => {
    const tenant = await insertTenant(test.database)
    const { email } = await enrolTotp(test, await signUp(test.actor(), { tenant }))
    await deactivateUnheard(test, tenant)
    await expect(reset(email, tenant)).rejects.toMatchObject(refusal('TENANT_INACTIVE'))
  })

  it.each([[[]], [['a@b.example', '--tenant']], [['a@b.example', 'acme']]])(
    'refuses the arguments %j',
    async (args) => {
      const errors: string[] = []
      const terminal = {
        env: {},
        print: () => undefined,
        printError: (line: string) => void errors.push(line),
      }
      expect(await usersResetFactors.run(terminal, args)).toBe(2)
      expect(errors).toContain('Usage: users reset-factors USER [--tenant SLUG]')
    },
  )
})

import { randomUUID } from 'node:crypto'
import { createStores } from '../../../src/adapters/prisma/stores/prisma-stores.ts'
import type { OneTimeTokenPurpose } from '../../../src/domain/one-time-tokens/one-time-token.ts'
import { resultOf } from '../answers.ts'
import { linkTokenFor } from '../one-time-links.ts'
import {
  denyRegistrationDocument,
  reportUnrecognizedSessionDocument,
  resetPasswordDocument,
  undoEmailChangeDocument,
  undoFactorChangeDocument,
  unlockAccountDocument,
  verifyEmailDocument,
} from '../operations.ts'
import { insertTotp, tenantIdOf } from '../rows.ts'
import { freshEmail } from '../test-app.ts'
import { invalidToken, signedUp, success, type TenantPath } from './path.ts'

const newPassword = 'An0ther-horse-battery!'

/** Mailboxes: a link proves the same one again after the reactivation. */
export const linkPaths: readonly TenantPath[] = [
  link('RESET_PASSWORD', resetPasswordDocument, 'ResetPassword', () => ({ newPassword })),
  link('VERIFY_EMAIL', verifyEmailDocument, 'VerifyEmail'),
  link('DENY_REGISTRATION', denyRegistrationDocument, 'DenyRegistration'),
  link('UNLOCK_ACCOUNT', unlockAccountDocument, 'UnlockAccount'),
  link('REPORT_SESSION', reportUnrecognizedSessionDocument, 'ReportUnrecognizedSession'),
  link('UNDO_EMAIL_CHANGE', undoEmailChangeDocument, 'UndoEmailChange'),
  link('UNDO_FACTOR_CHANGE', undoFactorChangeDocument, 'UndoFactorChange'),
  registrationLink('VERIFY_EMAIL', verifyEmailDocument, 'VerifyEmail'),
  registrationLink('DENY_REGISTRATION', denyRegistrationDocument, 'DenyRegistration'),
]

function link(
  purpose: OneTimeTokenPurpose,
  document: string,
  name: string,
  more: () => object = () => ({}),
): TenantPath {
  return {
    name: `a link of the purpose ${purpose}`,
    fields: [fieldOf(name)],
    prepare: async (stage, tenant) => {
      const { userId } = await signedUp(stage, tenant)
      const app = await insertTotp(stage.test.database, userId, stage.test.clock.now())
      const factorChange = { change: 'REMOVED', factor: 'TOTP', id: app } as const
      const about = purpose === 'UNDO_FACTOR_CHANGE' ? { factorChange } : {}
      const token = await linkTokenFor(stage.test, { purpose, userId, email: freshEmail(), ...about })
      return async () => resultOf(await stage.test.actor().ask(document, { input: { token, ...more() } }))
    },
    accepted: success(name),
    refused: invalidToken,
    afterwards: success(name),
  }
}

/** A link that completes or denies a registration that is no account yet. */
function registrationLink(purpose: OneTimeTokenPurpose, document: string, name: string): TenantPath {
  return {
    name: `a link of the purpose ${purpose} of a pending registration`,
    fields: [fieldOf(name)],
    prepare: async ({ test }, tenant) => {
      const id = randomUUID()
      const now = test.clock.now()
      const none = { username: null, firstName: null, lastName: null, phoneNumber: null, locale: null }
      await createStores(test.database.client).pendingRegistrations.insert({
        id,
        tenantId: await tenantIdOf(test.database, tenant),
        email: freshEmail(),
        password: { hash: 'none', pepperId: null, changedAt: now },
        ...none,
        createdAt: now,
        expiresAt: new Date(now.getTime() + 3_600_000),
      })
      const token = await linkTokenFor(test, { purpose, userId: null, registrationId: id })
      return async () => resultOf(await test.actor().ask(document, { input: { token } }))
    },
    accepted: success(name),
    refused: invalidToken,
    afterwards: success(name),
  }
}

/** The mutation whose success has that name. */
function fieldOf(name: string): string {
  return `Mutation.${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

import type { FactorSummary } from '../../domain/factors/factor-summary.ts'
import type { Passkey } from '../../domain/factors/passkey.ts'
import { providerOf } from '../../domain/factors/passkey-providers.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { AuthFactors } from '../../flows/factors/find-auth-factors.ts'
import { signedIn } from '../edge/access.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'

/** References to the types of factors, for the files of this folder. */
export type FactorTypes = ReturnType<typeof addAuthFactors>

/** AuthFactors, what it consists of, and the query `authFactors`. */
export function addAuthFactors(builder: Builder) {
  const totpFactor = addTotpFactor(builder)
  const passkey = addPasskey(builder)
  const authFactors = builder.objectRef<AuthFactors>('AuthFactors').implement({
    description: 'How you can prove who you are, besides the password.',
    fields: (t) => ({
      totp: t.expose('totp', {
        type: totpFactor,
        nullable: true,
        description: 'The authenticator app. Null without a confirmed one.',
      }),
      recoveryCodesLeft: t.exposeInt('recoveryCodesLeft', {
        description: 'Number of unused recovery codes.',
      }),
      passkeys: t.field({
        type: [passkey],
        description: 'Your passkeys, oldest first; at most 20.',
        resolve: ({ passkeys }) => [...passkeys],
      }),
      secondStepRequired: t.exposeBoolean('secondStepRequired', {
        description:
          'Whether a password sign-in requires a second step. True with a confirmed authenticator app. With passkeys alone you choose (setSecondStep), or the policy does.',
      }),
      required: t.exposeBoolean('required', {
        description: 'Whether the policy requires a second factor of your account.',
      }),
      enrolBy: t.expose('enrolBy', {
        type: 'DateTime',
        nullable: true,
        description:
          'Until when you may sign in without a second factor. Null if none is required, or you have one.',
      }),
      rememberedDevices: t.exposeInt('rememberedDevices', {
        description: 'Number of devices on which the second step is skipped.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'authFactors',
    type: authFactors,
    description: 'How you can prove who you are: your second factors and passkeys.',
    access: signedIn,
    limit: limits.query,
    resolve: ({ viewer, context }) => context.flows.findAuthFactors(viewer),
  })
  return { authFactors, passkey }
}

function addTotpFactor(builder: Builder) {
  return builder.objectRef<NonNullable<FactorSummary['totp']>>('TotpFactor').implement({
    description: 'A confirmed authenticator app (RFC 6238).',
    fields: (t) => ({
      confirmedAt: t.expose('confirmedAt', {
        type: 'DateTime',
        description: 'When its first code was accepted.',
      }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When a code was last accepted. Null if never since.',
      }),
    }),
  })
}

function addPasskey(builder: Builder) {
  return builder.objectRef<Passkey>('Passkey').implement({
    description:
      'A passkey (WebAuthn credential). It signs in without the password, and it is a second step after the password.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'UUID. Not a secret, and not the credential id of WebAuthn.' }),
      name: t.exposeString('name', { description: 'Name that the owner gave it, 1 to 100 characters.' }),
      provider: t.string({
        nullable: true,
        description:
          'Provider of the passkey, for example iCloud Keychain. Null if it is not known. For display only: the registration requires no attestation.',
        resolve: ({ aaguid }) => providerOf(aaguid),
      }),
      backedUp: t.exposeBoolean('backedUp', {
        description: 'Whether the provider backs the passkey up, and thereby synchronises it.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it was last used. Null if never.',
      }),
    }),
  })
}

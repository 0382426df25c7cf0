import type { StartedCeremony } from '../../domain/factors/passkey-ceremony.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deviceField, tenantArgument, tokenTransportField } from '../edge/descriptions.ts'
import { namedTenant } from '../edge/named-tenant.ts'
import type { Types } from '../edge/types.ts'
import type { CompleteSignIn } from './complete-sign-in.ts'
import { deliverSignIn } from './signed-in.ts'

/** The mutations that sign in with a passkey alone. */
export function addPasskeyLogin(builder: Builder, types: Types, completeSignIn: CompleteSignIn): void {
  addStart(builder)
  addLoginWithPasskey(builder, types, completeSignIn)
}

function addStart(builder: Builder): void {
  const input = builder.inputType('StartPasskeyLoginInput', {
    description: 'Where to sign in.',
    fields: (t) => ({ tenant: t.string(tenantArgument) }),
  })
  const success = builder.objectRef<StartedCeremony>('StartPasskeyLoginSuccess').implement({
    description: 'The ceremony has begun. Nothing is stored, and the result reveals nothing about accounts.',
    fields: (t) => ({
      ceremonyToken: t.exposeString('ceremonyToken', {
        description: 'Token for loginWithPasskey or reauthenticateWith. Usable once, for 5 minutes.',
      }),
      options: t.expose('options', {
        type: 'JSONObject',
        description:
          'Options of navigator.credentials.get() in JSON (WebAuthn, PublicKeyCredentialRequestOptionsJSON): read them with PublicKeyCredential.parseRequestOptionsFromJSON. They name no credential, so that the user chooses the account, also by autofill (mediation conditional).',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
    }),
  })
  addMutation(builder, {
    name: 'startPasskeyLogin',
    description:
      'Begins a sign-in with a passkey. Takes no identifier and stores nothing, so a page can call it when it opens.',
    input,
    inputDefault: {},
    success,
    problems: [InvalidInputProblem],
    access: anyone,
    limit: limits.query,
    limitTenant: namedTenant,
    resolve: ({ input, context }) => context.flows.startPasskeyLogin(input),
  })
}

function addLoginWithPasskey(builder: Builder, types: Types, completeSignIn: CompleteSignIn): void {
  const input = builder.inputType('LoginWithPasskeyInput', {
    description: 'The response of the authenticator, and options of the session that begins.',
    fields: (t) => ({
      ceremonyToken: t.string({ required: true, description: 'From startPasskeyLogin.' }),
      response: t.field({
        type: 'JSONObject',
        required: true,
        description:
          'Result of navigator.credentials.get() in JSON (PublicKeyCredential.toJSON), at most 16 kB.',
      }),
      rememberMe: t.boolean({
        required: true,
        defaultValue: false,
        description: 'Extends the idle and maximum lifetime of the session. Ignored for administrators.',
      }),
      tokenTransport: t.field({ ...tokenTransportField, type: types.tokenTransport }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
      deviceToken: t.string({
        description:
          'The deviceToken of an earlier LoginSuccess on this device, which keeps the device known.',
      }),
    }),
  })
  addMutation(builder, {
    ...completeSignIn,
    name: 'loginWithPasskey',
    description:
      'Signs in with a passkey instead of the password. The session has the assurance level AAL2. A lock after wrong passwords does not keep a passkey out, and the age of the password is not checked. If the request carries the cookies of a live session, that session ends. InvalidTokenProblem: the ceremony has expired. InvalidPasskeyProblem: every other reason, which only the log of the service names.',
    input,
    access: anyone,
    limit: limits.passkeyLogin,
    checksCredentials: true,
    resolve: async ({ input, context }) =>
      deliverSignIn(
        context,
        await context.flows.loginWithPasskey(input, context.credentials, context.origin),
      ),
  })
}

import type { Actor } from '../actor.ts'
import { resultOf } from '../answers.ts'
import { clientOperation, confirmTotpDocument, startTotpEnrolmentDocument } from '../operations.ts'
import { newAuthenticator } from '../passkeys.ts'
import { challenge, insertApp, totpCode } from '../second-steps.ts'
import { invalidToken, type Stage, signedUp, success, type TenantPath } from './path.ts'

/** A sign-in that waits for the enrolment of a factor. */
interface Enrolment {
  readonly actor: Actor
  readonly enrolmentToken: string
}

const startPasskeyDocument = clientOperation('StartPasskeyRegistration')
const finishPasskeyDocument = clientOperation('FinishPasskeyRegistration')

const start = async ({ actor, enrolmentToken }: Enrolment, document: string) =>
  resultOf(await actor.ask(document, { input: { enrolmentToken } }))

/** What the token of such a sign-in can do. */
export const enrolmentPaths: readonly TenantPath[] = [
  path('StartTotpEnrolment', async (_stage, enrolment) => () => start(enrolment, startTotpEnrolmentDocument)),
  path('ConfirmTotp', async ({ test }, enrolment) => {
    const { secret } = await start(enrolment, startTotpEnrolmentDocument)
    const input = { code: totpCode(test, { secret }), enrolmentToken: enrolment.enrolmentToken }
    return async () => resultOf(await enrolment.actor.ask(confirmTotpDocument, { input }))
  }),
  path('StartPasskeyRegistration', async (_stage, enrolment) => () => start(enrolment, startPasskeyDocument)),
  path('FinishPasskeyRegistration', async ({ test }, enrolment) => {
    const { ceremonyToken, options } = await start(enrolment, startPasskeyDocument)
    const input = { ceremonyToken, response: newAuthenticator(test).create(options) }
    return async () => resultOf(await enrolment.actor.ask(finishPasskeyDocument, { input }))
  }),
]

function path(
  name: string,
  attempt: (stage: Stage, enrolment: Enrolment) => Promise<() => Promise<unknown>>,
): TenantPath {
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  return {
    name: `${field} by the token of a sign-in`,
    fields: [`Mutation.${field}`],
    prepare: async (stage, tenant) => attempt(stage, await beginEnrolment(stage, tenant)),
    accepted: success(name),
    refused: invalidToken,
    afterwards: invalidToken,
  }
}

async function beginEnrolment(stage: Stage, tenant: string): Promise<Enrolment> {
  const { test } = stage
  const { client } = test.database
  const { email, userId } = await signedUp(stage, tenant)
  await insertApp(test, userId)
  const actor = test.actor()
  const enrolmentToken = await challenge(actor, email, { tenant })
  await client.signInChallenge.updateMany({ where: { userId }, data: { kind: 'ENROLMENT' } })
  await client.totpSecret.deleteMany({ where: { userId } })
  return { actor, enrolmentToken }
}

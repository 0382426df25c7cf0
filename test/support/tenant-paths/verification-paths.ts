import { Actor } from '../actor.ts'
import { resultOf } from '../answers.ts'
import { makeKey } from '../api-keys.ts'
import { verifyTokenDocument } from '../operations.ts'
import { signUpAs } from '../people.ts'
import { postForm } from '../services.ts'
import type { Stage, TenantPath } from './path.ts'

const inactive = { active: false }

/** How other services verify credentials of the tenant. */
export const verificationPaths: readonly TenantPath[] = [
  ...(['an access token', 'an API key'] as const).flatMap((what): TenantPath[] => {
    const reasoned = { active: false, reason: 'REVOKED' }
    const present = async (stage: Stage, tenant: string): Promise<string> => {
      const owner = await signUpAs(stage.test, 'ADMIN', tenant)
      if (what === 'an access token') return owner.accessToken
      return (await makeKey(stage.test, owner.accessToken, { permissions: ['users:read'] })).secret
    }
    return [
      {
        name: `verifyToken of ${what}`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          const bearer = Actor.bearer(stage.admin.accessToken)
          return async () =>
            resultOf(await stage.test.actor().ask(verifyTokenDocument, { input: { token } }, bearer))
        },
        accepted: { active: true },
        refused: reasoned,
        afterwards: reasoned,
      },
      {
        name: `introspection of ${what}`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          const bearer = Actor.bearer(stage.serviceKey)
          return async () => (await postForm(stage.test, '/oauth2/introspect', { token }, bearer)).json()
        },
        accepted: { active: true },
        refused: inactive,
        afterwards: inactive,
      },
      {
        name: `verification of ${what} by gRPC`,
        prepare: async (stage, tenant) => {
          const token = await present(stage, tenant)
          return () => stage.grpc.call('Verify', { token }, Actor.bearer(stage.serviceKey))
        },
        accepted: { active: true },
        refused: inactive,
        afterwards: inactive,
      },
    ]
  }),
]

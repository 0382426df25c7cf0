import {
  InvalidInputProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'
import type { Types } from '../edge/types.ts'
import { changed } from './changed-user.ts'

/** The mutations on what the application grants to and stores about other users. */
export function addUserAccess(builder: Builder, types: Types): void {
  addSetUserRoles(builder, types)
  addSetUserMetadata(builder, types)
}

const userId = { required: true, description: 'Id of another user of your tenant.' } as const
const problems = [ReauthenticationRequiredProblem, NotFoundProblem, InvalidInputProblem] as const

function addSetUserRoles(builder: Builder, types: Types): void {
  const input = builder.inputType('SetUserRolesInput', {
    description: 'The user and all of their application roles.',
    fields: (t) => ({
      userId: t.id(userId),
      roles: t.stringList({
        required: true,
        description:
          'Names of roles of the installation or of your tenant, at most 20. The user loses every role that is not in the list.',
      }),
      reason: t.string({ description: 'Reason for the audit log; at most 500 characters.' }),
    }),
  })
  addMutation(builder, {
    name: 'setUserRoles',
    description: `Replaces the application roles of another user. The access tokens of that user are refused from then on; the next refresh carries the new roles. Issue UNKNOWN_ROLE for a name that your tenant does not have, TOO_LONG if an access token has no room for what the roles grant. Requires the permission roles:write and ${administrativeProofText}`,
    input,
    success: types.userChange,
    problems,
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.setUserRoles(input, viewer, context.origin)),
  })
}

function addSetUserMetadata(builder: Builder, types: Types): void {
  const input = builder.inputType('SetUserMetadataInput', {
    description: 'The user and their new metadata.',
    fields: (t) => ({
      userId: t.id(userId),
      metadata: t.field({
        type: 'JSONObject',
        required: true,
        description: 'Data of the application about the user, at most 8 kB. Replaced as a whole.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'setUserMetadata',
    description: `Replaces the metadata of another user. If a value changes that TOKEN_CLAIMS maps into access tokens, the access tokens of that user are refused from then on; the next refresh carries the new value. Issue UNMAPPABLE_VALUE for a mapped value that no claim can have, TOO_LONG if an access token has no room for it. Requires the permission users:metadata and ${administrativeProofText}`,
    input,
    success: types.userChange,
    problems,
    access: permittedUser('users:metadata'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.setUserMetadata(input, viewer, context.origin)),
  })
}

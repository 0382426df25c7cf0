import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { mailIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from './access.ts'
import { addMutation } from './add-mutation.ts'
import type { Builder } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { tenantArgument } from './descriptions.ts'
import { namedTenant } from './named-tenant.ts'

interface MailRequest {
  readonly email: string
  readonly tenant?: string | null | undefined
}

interface MailRequestOptions {
  readonly name: string
  readonly description: string
  /** Which account the address names. */
  readonly inputDescription: string
  /** The use case. Returns the address in its normalised form. */
  readonly flow: (context: GraphqlContext) => (input: MailRequest, origin: Origin) => Promise<string>
}

/** Adds a mutation that mails a link to an address on request of anyone. Its response does not reveal accounts. */
export function addMailRequest(builder: Builder, options: MailRequestOptions): void {
  const { name, description, inputDescription, flow } = options
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const input = builder.inputType(`${typeName}Input`, {
    description: inputDescription,
    fields: (t) => ({
      email: t.string({ required: true, description: 'E-mail address of the account.' }),
      tenant: t.string(tenantArgument),
    }),
  })
  const success = builder.objectRef<{ email: string }>(`${typeName}Success`).implement({
    description: 'The response is the same whether or not the address has an account.',
    fields: (t) => ({
      email: t.exposeString('email', { description: 'Address in its normalised form.' }),
    }),
  })
  addMutation(builder, {
    name,
    description,
    input,
    success,
    problems: [InvalidInputProblem],
    access: anyone,
    limit: limits.mail,
    limitIdentifier: ({ email }) => mailIdentifier(email),
    limitTenant: namedTenant,
    resolve: async ({ input, context }) => ({ email: await flow(context)(input, context.origin) }),
  })
}

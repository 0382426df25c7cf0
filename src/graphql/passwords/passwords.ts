import type { PasswordVerdict } from '../../domain/passwords/password-policy.ts'
import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import {
  passwordScore,
  passwordSuggestions,
  tenantArgument,
  unmetRequirements,
} from '../edge/descriptions.ts'
import { namedOrOwnTenant, namedTenant } from '../edge/named-tenant.ts'
import type { Types } from '../edge/types.ts'

/** The query `passwordPolicy` and the mutations `checkPasswordStrength` and `generatePassword`. */
export function addPasswords(builder: Builder, types: Types): void {
  addPasswordPolicy(builder)
  addCheckPasswordStrength(builder, types)
  addGeneratePassword(builder)
}

function addPasswordPolicy(builder: Builder): void {
  const policy = builder.objectRef<PasswordRules>('PasswordPolicy').implement({
    description:
      'Requirements of a tenant on new passwords. Passwords are compared after Unicode NFC normalisation and are never trimmed or truncated.',
    fields: (t) => ({
      minLength: t.exposeInt('minLength', { description: 'Minimum length in Unicode code points.' }),
      maxLength: t.exposeInt('maxLength', { description: 'Maximum length in Unicode code points.' }),
      requireUppercase: t.exposeBoolean('requireUppercase', {
        description: 'Whether an upper-case letter is required.',
      }),
      requireLowercase: t.exposeBoolean('requireLowercase', {
        description: 'Whether a lower-case letter is required.',
      }),
      requireDigit: t.exposeBoolean('requireDigit', { description: 'Whether a digit is required.' }),
      requireSymbol: t.exposeBoolean('requireSymbol', {
        description: 'Whether a character that is neither a letter nor a digit is required.',
      }),
      minScore: t.exposeInt('minScore', {
        description: 'Minimum score of checkPasswordStrength, 0 (no minimum) to 4.',
      }),
      rejectBreached: t.exposeBoolean('rejectBreached', {
        description: 'Whether passwords known from data breaches are refused.',
      }),
      historySize: t.exposeInt('historySize', {
        description:
          'Number of most recent passwords, including the current one, that a new password must differ from. 0 allows reuse.',
      }),
      maxAgeDays: t.exposeInt('maxAgeDays', {
        nullable: true,
        description: 'Days after which a password expires. Null if passwords do not expire.',
      }),
    }),
  })
  addQuery(builder, {
    name: 'passwordPolicy',
    description: 'Requirements on new passwords. Null if the tenant does not exist.',
    type: policy,
    args: (arg) => ({ tenant: arg.string(tenantArgument) }),
    access: anyone,
    limit: limits.query,
    limitTenant: namedTenant,
    resolve: ({ args: { tenant }, context }) => context.flows.findPasswordPolicy(tenant ?? null),
  })
}

function addCheckPasswordStrength(builder: Builder, types: Types): void {
  const input = builder.inputType('CheckPasswordStrengthInput', {
    description: 'A candidate password and the words that it must not be built from.',
    fields: (t) => ({
      password: t.string({ required: true, description: 'Candidate password. It is not stored.' }),
      userInputs: t.stringList({
        description:
          'Words the password must not be built from: name, e-mail, company. At most 20 words of at most 100 characters. The personal data of the viewer always counts.',
      }),
      tenant: t.string({
        description: "Tenant slug. Defaults to the viewer's tenant, or to `default` without a viewer.",
      }),
    }),
  })
  const strength = builder.objectRef<PasswordVerdict>('PasswordStrength').implement({
    description: 'How register and changePassword would judge the candidate.',
    fields: (t) => ({
      acceptable: t.exposeBoolean('acceptable', {
        description:
          'Whether the password meets the policy. Earlier passwords are compared only when the password is set.',
      }),
      score: t.exposeInt('score', passwordScore),
      unmet: t.field({
        ...unmetRequirements,
        type: [types.passwordRequirement],
        resolve: ({ unmet }) => [...unmet],
      }),
      breached: t.exposeBoolean('breached', {
        nullable: true,
        description:
          'Whether the password is known from data breaches. Null if the breach list was not available.',
      }),
      suggestions: t.field({
        ...passwordSuggestions,
        type: ['String'],
        resolve: ({ suggestions }) => [...suggestions],
      }),
    }),
  })
  addMutation(builder, {
    name: 'checkPasswordStrength',
    description:
      'Scores a candidate password with the engine that register and changePassword enforce. Without credentials, the score considers the first 32 characters only, with credentials the first 64, as everywhere else. A mutation, so that no cache or URL stores the password.',
    input,
    success: strength,
    problems: [InvalidInputProblem],
    access: anyone,
    limit: limits.passwordCheck,
    limitTenant: namedOrOwnTenant,
    checksCredentials: true,
    resolve: ({ input, viewer, context }) => context.flows.checkPasswordStrength(input, viewer),
  })
}

function addGeneratePassword(builder: Builder): void {
  const input = builder.inputType('GeneratePasswordInput', {
    description: 'Optional. Length and characters of the password.',
    fields: (t) => ({
      length: t.int({
        description:
          "Length in characters: 8 to 128, and at least the minimum of the tenant's policy. Defaults to 20.",
      }),
      symbols: t.boolean({
        required: true,
        defaultValue: true,
        description:
          'Whether the password contains symbols. If false, it contains letters and digits, and a single hyphen if the policy requires a symbol.',
      }),
    }),
  })
  const success = builder
    .objectRef<{ password: string; score: number }>('GeneratePasswordSuccess')
    .implement({
      description: 'A random password that meets the policy. It is not stored.',
      fields: (t) => ({
        password: t.exposeString('password', {
          description: 'The password, without letters and digits that are easily confused.',
        }),
        score: t.exposeInt('score', passwordScore),
      }),
    })
  addMutation(builder, {
    name: 'generatePassword',
    description:
      "Generates a random password that meets the policy of the viewer's tenant, or of the default tenant without a viewer. A mutation, so that no cache stores it.",
    input,
    inputDefault: { symbols: true },
    success,
    problems: [InvalidInputProblem],
    access: anyone,
    limit: limits.passwordCheck,
    limitTenant: (_input, context) => namedOrOwnTenant({}, context),
    checksCredentials: true,
    resolve: ({ input, viewer, context }) => context.flows.generatePassword(input, viewer),
  })
}

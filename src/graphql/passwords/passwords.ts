import type { PasswordVerdict } from '../../domain/passwords/password-policy.ts'
import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import { InvalidInputProblem, RateLimitedProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'
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
      'What a tenant asks of new passwords. They are compared in Unicode NFC, never trimmed or cut.',
    fields: (t) => ({
      minLength: t.exposeInt('minLength', { description: 'Fewest characters (Unicode code points).' }),
      maxLength: t.exposeInt('maxLength', { description: 'Most characters (Unicode code points).' }),
      requireUppercase: t.exposeBoolean('requireUppercase', { description: 'Wants an upper-case letter.' }),
      requireLowercase: t.exposeBoolean('requireLowercase', { description: 'Wants a lower-case letter.' }),
      requireDigit: t.exposeBoolean('requireDigit', { description: 'Wants a digit.' }),
      requireSymbol: t.exposeBoolean('requireSymbol', {
        description: 'Wants something that is neither a letter nor a digit.',
      }),
      minScore: t.exposeInt('minScore', {
        description: 'Lowest score of checkPasswordStrength, 0 (anything) to 4.',
      }),
      rejectBreached: t.exposeBoolean('rejectBreached', {
        description: 'Whether passwords that are known from breaches are refused.',
      }),
      historySize: t.exposeInt('historySize', {
        description: 'A new password is none of the last so many, the present one included; 0 for any.',
      }),
      maxAgeDays: t.exposeInt('maxAgeDays', {
        nullable: true,
        description: 'Null when passwords do not expire.',
      }),
    }),
  })
  builder.queryField('passwordPolicy', (t) =>
    t.field({
      type: policy,
      nullable: true,
      description: 'What is asked of new passwords; null when there is no such tenant.',
      args: { tenant: t.arg.string({ description: 'The slug of the tenant; the default one unless told.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.query,
      resolve: (_root, { tenant }, context) => context.flows.findPasswordPolicy(tenant ?? null),
    }),
  )
}

function addCheckPasswordStrength(builder: Builder, types: Types): void {
  const input = builder.inputType('CheckPasswordStrengthInput', {
    description: 'A candidate, and what it must not be built from.',
    fields: (t) => ({
      password: t.string({ required: true, description: 'The candidate; it is not stored.' }),
      userInputs: t.stringList({
        description:
          'Words the password must not be built from: name, e-mail, company. At most 20 of at most 100 characters. What is known of the viewer counts anyway.',
      }),
      tenant: t.string({
        description: "The slug of the tenant; the viewer's own, or the default one, unless told.",
      }),
    }),
  })
  const strength = builder.objectRef<PasswordVerdict>('PasswordStrength').implement({
    description: 'What register and changePassword would think of the candidate.',
    fields: (t) => ({
      acceptable: t.exposeBoolean('acceptable', {
        description: 'Whether the policy accepts it; earlier passwords are compared only when it is set.',
      }),
      score: t.exposeInt('score', { description: '0 (worst) to 4.' }),
      unmet: t.field({
        type: [types.passwordRequirement],
        description: 'What it lacks.',
        resolve: ({ unmet }) => [...unmet],
      }),
      breached: t.exposeBoolean('breached', {
        nullable: true,
        description: 'Null when the breach list could not be asked.',
      }),
      suggestions: t.field({
        type: ['String'],
        description: 'For people: how to make it better.',
        resolve: ({ suggestions }) => [...suggestions],
      }),
    }),
  })
  const result = builder.errorUnion('CheckPasswordStrengthResult', {
    description: 'What checkPasswordStrength answers.',
    types: [strength, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'PasswordStrength',
  })
  builder.mutationField('checkPasswordStrength', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Scores a candidate with the engine that register and changePassword enforce. A mutation, so that no cache or URL keeps the password.',
      args: { input: t.arg({ type: input, required: true, description: 'The candidate.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.passwordCheck,
      checksCredentials: true,
      resolve: (_root, args, context) =>
        context.flows.checkPasswordStrength(args.input, context.authentication.viewer),
    }),
  )
}

function addGeneratePassword(builder: Builder): void {
  const input = builder.inputType('GeneratePasswordInput', {
    description: 'What the password is to look like.',
    fields: (t) => ({
      length: t.int({
        description: "8 to 128 characters, and not fewer than the policy's minimum; 20 unless told.",
      }),
      symbols: t.boolean({
        required: true,
        defaultValue: true,
        description:
          'Whether it holds symbols. False: letters and digits, and a single hyphen where the policy demands a symbol.',
      }),
    }),
  })
  const success = builder
    .objectRef<{ password: string; score: number }>('GeneratePasswordSuccess')
    .implement({
      description: 'A random password that the policy accepts; it is not stored.',
      fields: (t) => ({
        password: t.exposeString('password', {
          description: 'Without letters and digits that look like another.',
        }),
        score: t.exposeInt('score', { description: '0 (worst) to 4.' }),
      }),
    })
  const result = builder.errorUnion('GeneratePasswordResult', {
    description: 'What generatePassword answers.',
    types: [success, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'GeneratePasswordSuccess',
  })
  builder.mutationField('generatePassword', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "Draws a password that the policy of the viewer's tenant, or of the default one, accepts. A mutation, so that no cache keeps it.",
      args: { input: t.arg({ type: input, description: 'Not needed for the usual 20 characters.' }) },
      authScopes: { anyone: true },
      rateLimit: limits.passwordCheck,
      checksCredentials: true,
      resolve: (_root, args, context) =>
        context.flows.generatePassword(args.input ?? { symbols: true }, context.authentication.viewer),
    }),
  )
}

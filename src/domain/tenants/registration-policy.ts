import { InvalidInputProblem } from '../problems.ts'
import type { RegistrationRules } from './tenant-rules.ts'

/** Whether a stranger can create an account with the address. */
export function acceptsRegistration(rules: RegistrationRules, email: string): boolean {
  return rules.open && isAllowedDomain(rules, email)
}

/** Whether accounts can have the address. `email` is normalised. Subdomains of an allowed domain are other domains. */
export function isAllowedDomain({ domains }: Pick<RegistrationRules, 'domains'>, email: string): boolean {
  return domains === null || domains.includes(email.slice(email.lastIndexOf('@') + 1))
}

/** Decides from the address alone, so that it reveals no accounts. @throws InvalidInputProblem */
export function requireRegistration(rules: RegistrationRules, email: string): void {
  if (!rules.open)
    throw new InvalidInputProblem([
      {
        path: ['tenant'],
        code: 'REGISTRATION_CLOSED',
        message: 'Registration is closed. Ask an administrator for an account.',
      },
    ])
  requireAllowedDomain(rules, email, ['email'])
}

/** @param path where the input contains the address. @throws InvalidInputProblem */
export function requireAllowedDomain(
  rules: Pick<RegistrationRules, 'domains'>,
  email: string,
  path: readonly string[],
): void {
  if (isAllowedDomain(rules, email)) return
  const message = 'The tenant accepts no addresses of this domain. Use another address.'
  throw new InvalidInputProblem([{ path, code: 'DOMAIN_NOT_ALLOWED', message }])
}

// What the tests of passwords ask for.

export const passwordPolicyDocument = /* GraphQL */ `
  query PasswordPolicy($tenant: String) {
    passwordPolicy(tenant: $tenant) {
      minLength maxLength requireUppercase requireLowercase requireDigit requireSymbol minScore rejectBreached historySize maxAgeDays
    }
  }
`

export const checkPasswordStrengthDocument = /* GraphQL */ `
  mutation CheckPasswordStrength($input: CheckPasswordStrengthInput!) {
    checkPasswordStrength(input: $input) {
      __typename
      ... on PasswordStrength { acceptable score unmet breached suggestions }
      ... on AuthInvalidInputProblem { issues { path code } }
      ... on AuthProblem { code message }
    }
  }
`

export const generatePasswordDocument = /* GraphQL */ `
  mutation GeneratePassword($input: GeneratePasswordInput) {
    generatePassword(input: $input) {
      __typename
      ... on GeneratePasswordSuccess { password score }
      ... on AuthInvalidInputProblem { issues { path code } }
      ... on AuthProblem { code message }
    }
  }
`

// The operations of the account's life that the tests ask for.

export const verifyEmailDocument = /* GraphQL */ `
  mutation VerifyEmail($token: String!) {
    verifyEmail(input: { token: $token }) {
      __typename
      ... on VerifyEmailSuccess { user { id username email emailVerified } }
      ... on AuthProblem { code message }
    }
  }
`

export const denyRegistrationDocument = /* GraphQL */ `
  mutation DenyRegistration($token: String!) {
    denyRegistration(input: { token: $token }) {
      __typename
      ... on DenyRegistrationSuccess { denied }
      ... on AuthProblem { code message }
    }
  }
`

export const resendDocument = /* GraphQL */ `
  mutation Resend($input: ResendVerificationEmailInput!) {
    resendVerificationEmail(input: $input) {
      __typename
      ... on ResendVerificationEmailSuccess { email }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const requestResetDocument = /* GraphQL */ `
  mutation RequestReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      __typename
      ... on RequestPasswordResetSuccess { email }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const unlockAccountDocument = /* GraphQL */ `
  mutation UnlockAccount($token: String!) {
    unlockAccount(input: { token: $token }) {
      __typename
      ... on UnlockAccountSuccess { unlocked }
      ... on AuthProblem { code message }
    }
  }
`

export const resetPasswordDocument = /* GraphQL */ `
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ... on ResetPasswordSuccess { revokedSessions }
      ... on WeakPasswordProblem { unmet }
      ... on PasswordReusedProblem { historySize }
      ... on AuthProblem { code message }
    }
  }
`

export const changePasswordDocument = /* GraphQL */ `
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordSuccess { revokedSessions tokens { accessToken refreshToken csrfToken } deviceToken }
      ... on WeakPasswordProblem { unmet }
      ... on PasswordReusedProblem { historySize }
      ... on AuthProblem { code message }
    }
  }
`

export const updateProfileDocument = /* GraphQL */ `
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on UpdateProfileSuccess {
        user { id username displayName firstName lastName phoneNumber phoneVerified preferences }
      }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const requestEmailChangeDocument = /* GraphQL */ `
  mutation RequestEmailChange($input: RequestEmailChangeInput!) {
    requestEmailChange(input: $input) {
      __typename
      ... on RequestEmailChangeSuccess { newEmail }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const confirmEmailChangeDocument = /* GraphQL */ `
  mutation ConfirmEmailChange($token: String!) {
    confirmEmailChange(input: { token: $token }) {
      __typename
      ... on ConfirmEmailChangeSuccess { user { id email emailVerified } }
      ... on AuthProblem { code message }
    }
  }
`

export const undoEmailChangeDocument = /* GraphQL */ `
  mutation UndoEmailChange($token: String!) {
    undoEmailChange(input: { token: $token }) {
      __typename
      ... on UndoEmailChangeSuccess { revokedSessions }
      ... on AuthProblem { code message }
    }
  }
`

export const deleteAccountDocument = /* GraphQL */ `
  mutation DeleteAccount($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      __typename
      ... on DeleteAccountSuccess { userId }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

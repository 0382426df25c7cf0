// The operations that the tests ask for, as a client would keep them: each names what it is about.

export const registerDocument = /* GraphQL */ `
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess {
        user { id username displayName email emailVerified firstName lastName phoneNumber role loginCount lastLoginAt createdAt }
        session { id current createdAt lastUsedAt expiresAt rememberMe ipAddress userAgent user { id email } device { name browser os type } }
        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }
        deviceToken
      }
      ... on RegistrationPending { email }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on WeakPasswordProblem { score unmet suggestions }
      ... on AuthProblem { code message }
    }
  }
`

export const loginDocument = /* GraphQL */ `
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on LoginSuccess {
        user { id username email role loginCount lastLoginAt }
        session { id current createdAt expiresAt rememberMe riskSignals device { name browser os type } }
        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }
        deviceToken
      }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AccountLockedProblem { unlocksAt retryAfterSeconds }
      ... on SessionLimitProblem { limit }
      ... on AuthProblem { code message }
    }
  }
`

export const refreshDocument = /* GraphQL */ `
  mutation Refresh($input: RefreshInput) {
    refresh(input: $input) {
      __typename
      ... on RefreshSuccess {
        session { id current lastUsedAt expiresAt ipAddress riskSignals user { id email role } }
        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }
      }
      ... on AuthProblem { code message }
    }
  }
`

export const logoutDocument = /* GraphQL */ `
  mutation Logout($input: LogoutInput) {
    logout(input: $input) {
      __typename
      ... on LogoutSuccess { revokedSessions }
      ... on AuthProblem { code message }
    }
  }
`

export const revokeSessionDocument = /* GraphQL */ `
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      __typename
      ... on RevokeSessionSuccess { session { id current } }
      ... on AuthProblem { code message }
    }
  }
`

export const revokeOtherSessionsDocument = /* GraphQL */ `
  mutation RevokeOtherSessions {
    revokeOtherSessions {
      __typename
      ... on RevokeOtherSessionsSuccess { revokedSessions }
      ... on AuthProblem { code message }
    }
  }
`

export const meDocument = /* GraphQL */ `
  query Me {
    me { id username displayName email role permissions active loginCount lastLoginAt }
  }
`

export const csrfTokenDocument = /* GraphQL */ `
  query CsrfToken {
    csrfToken
  }
`

export const currentSessionDocument = /* GraphQL */ `
  query CurrentSession {
    currentSession { id current }
  }
`

export const securityEventsDocument = /* GraphQL */ `
  query SecurityEvents($first: Int, $after: String, $last: Int, $before: String) {
    securityEvents(first: $first, after: $after, last: $last, before: $before) {
      nodes { id type createdAt ipAddress sessionId device { name browser os type } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

export const sessionsDocument = /* GraphQL */ `
  query Sessions($first: Int, $after: String, $last: Int, $before: String) {
    sessions(first: $first, after: $after, last: $last, before: $before) {
      totalCount
      nodes { id current createdAt rememberMe device { name browser os type } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

export const reportSessionDocument = /* GraphQL */ `
  mutation ReportSession($input: ReportUnrecognizedSessionInput!) {
    reportUnrecognizedSession(input: $input) {
      __typename
      ... on ReportUnrecognizedSessionSuccess { revokedSessions }
      ... on AuthInvalidInputProblem { issues { path code } }
      ... on AuthProblem { code message }
    }
  }
`

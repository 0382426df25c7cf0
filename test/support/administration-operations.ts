// The operations of administrators that the tests ask for.

export const reauthenticateDocument = /* GraphQL */ `
  mutation Reauthenticate($password: String!) {
    reauthenticate(input: { password: $password }) {
      __typename
      ... on ReauthenticateSuccess { tokens { accessToken refreshToken csrfToken } }
      ... on AuthProblem { code message }
    }
  }
`

export const userDocument = /* GraphQL */ `
  query User($id: ID!) {
    user(id: $id) { id displayName email role permissions active locked lockedUntil sessions { totalCount } }
  }
`

export const usersDocument = /* GraphQL */ `
  query Users($filter: UserFilter, $first: Int, $after: String, $last: Int, $before: String) {
    users(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      nodes { id email username role active locked emailVerified }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`

export const setUserRoleDocument = /* GraphQL */ `
  mutation SetUserRole($input: SetUserRoleInput!) {
    setUserRole(input: $input) {
      __typename
      ... on UserChangeSuccess { user { id role permissions } }
      ... on ReauthenticationRequiredProblem { maxAgeSeconds }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const lockUserDocument = /* GraphQL */ `
  mutation LockUser($input: LockUserInput!) {
    lockUser(input: $input) {
      __typename
      ... on UserChangeSuccess { user { id locked lockedUntil } }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const unlockUserDocument = /* GraphQL */ `
  mutation UnlockUser($input: UnlockUserInput!) {
    unlockUser(input: $input) {
      __typename
      ... on UserChangeSuccess { user { id locked lockedUntil } }
      ... on AuthProblem { code message }
    }
  }
`

export const setUserActiveDocument = /* GraphQL */ `
  mutation SetUserActive($input: SetUserActiveInput!) {
    setUserActive(input: $input) {
      __typename
      ... on UserChangeSuccess { user { id active } }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AuthProblem { code message }
    }
  }
`

export const revokeUserSessionsDocument = /* GraphQL */ `
  mutation RevokeUserSessions($input: RevokeUserSessionsInput!) {
    revokeUserSessions(input: $input) {
      __typename
      ... on RevokeUserSessionsSuccess { revokedSessions }
      ... on AuthProblem { code message }
    }
  }
`

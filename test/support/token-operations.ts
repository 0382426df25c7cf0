export const verifyTokenDocument = /* GraphQL */ `
  query VerifyToken($input: VerifyTokenInput!) {
    verifyToken(input: $input) {
      active reason subject sessionId tenantId role permissions missingPermissions issuedAt expiresAt
    }
  }
`

export const revokeTokenDocument = /* GraphQL */ `
  mutation RevokeToken($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      __typename
      ... on RevokeTokenSuccess { jti expiresAt }
      ... on AuthInvalidInputProblem { issues { path code } }
      ... on AuthProblem { code message }
    }
  }
`

export const revocationStatsDocument = /* GraphQL */ `
  query RevocationStats {
    revocationStats { revokedSessions revokedUsers revokedTokens oldestExpiresAt }
  }
`

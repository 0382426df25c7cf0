export const createApiKeyDocument = /* GraphQL */ `
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreateApiKeySuccess {
        secret
        apiKey { id name prefix permissions rateLimit createdAt lastUsedAt expiresAt revokedAt owner { id } }
      }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on ReauthenticationRequiredProblem { maxAgeSeconds }
      ... on AuthProblem { code message }
    }
  }
`

export const revokeApiKeyDocument = /* GraphQL */ `
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      __typename
      ... on RevokeApiKeySuccess { apiKey { id revokedAt } }
      ... on AuthProblem { code message }
    }
  }
`

export const apiKeysDocument = /* GraphQL */ `
  query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {
    apiKeys(first: $first, after: $after, last: $last, before: $before) {
      nodes { id name prefix permissions lastUsedAt revokedAt owner { id email } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

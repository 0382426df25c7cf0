// What the tests ask of the audit log.

export const auditEventsDocument = /* GraphQL */ `
  query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
    auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      nodes {
        id type createdAt ipAddress userAgent requestId reason details
        user { id email }
        actor { id email }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

// Not for the generator: what federation adds is not in schema.graphql.
export const auditEventsOfUserDocument = `
  query AuditEventsOfUser($representations: [_Any!]!, $first: Int) {
    _entities(representations: $representations) {
      ... on User { id auditEvents(first: $first) { nodes { id type user { id } } } }
    }
  }
`

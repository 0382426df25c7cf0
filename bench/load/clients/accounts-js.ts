import type { ProductClient } from '../product-client.ts'
import { usualGraphql } from './usual-graphql.ts'

/** accounts-js requires the access token of the session to refresh it, valid or expired. */
export const accountsJs: ProductClient = {
  ...usualGraphql,
  calls: {
    ...usualGraphql.calls,
    refresh: (session) => ({
      path: '/graphql',
      ...usualGraphql.calls.refresh?.(session),
      headers: { authorization: `Bearer ${session.accessToken}` },
    }),
  },
}

import { accountsJs } from './clients/accounts-js.ts'
import { betterAuth } from './clients/better-auth.ts'
import { constants } from './clients/constants.ts'
import { gatehouse } from './clients/gatehouse.ts'
import { usualGraphql } from './clients/usual-graphql.ts'
import type { ProductClient } from './product-client.ts'

/** The clients of all servers that are measured, by product. */
export const clients: Readonly<Record<string, ProductClient>> = {
  gatehouse,
  reference: usualGraphql,
  plain: usualGraphql,
  'accounts-js': accountsJs,
  'better-auth': betterAuth,
  constant: constants,
}

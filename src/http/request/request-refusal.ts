import { GraphQLError } from 'graphql'
import type { PublicErrorCode } from './public-error-codes.ts'

export interface RefusalDetails {
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Refuses a whole request before any of its fields runs, with this HTTP status. No other error sets a status; errors of
 * fields never do.
 */
export class RequestRefusal extends GraphQLError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: PublicErrorCode, message: string, details: RefusalDetails = {}) {
    super(message, { extensions: { code, ...details.extensions } })
    this.status = status
    this.headers = details.headers ?? {}
  }
}

import { GraphQLError } from 'graphql'
import type { PublicErrorCode } from './public-error-codes.ts'

export interface RefusalDetails {
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A whole request is refused before any field of it runs, with this HTTP status. The only kind of error that sets
 * a status: what a field throws never does.
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

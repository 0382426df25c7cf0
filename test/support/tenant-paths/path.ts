import { expect } from 'vitest'
import type { GrpcClient } from '../grpc.ts'
import { type SignedIn, signUp } from '../people.ts'
import type { TestApp } from '../test-app.ts'

/** What the paths use of the installation. */
export interface Stage {
  readonly test: TestApp
  /** An administrator of the tenant that manages the installation. */
  readonly admin: SignedIn
  /** An API key of the administrator that verifies tokens. */
  readonly serviceKey: string
  readonly grpc: GrpcClient
}

/** A path on which something of a tenant is accepted. */
export interface TenantPath {
  readonly name: string
  /** Root fields of the API that accept it without a session. */
  readonly fields?: readonly string[]
  /** Makes what is presented, in the tenant. Returns the attempt, which can be repeated. */
  prepare(stage: Stage, tenant: string): Promise<() => Promise<unknown>>
  /** Answers, or parts of them: in an active tenant, in an inactive one, and after it was reactivated. */
  readonly accepted: unknown
  readonly refused: unknown
  readonly afterwards: unknown
}

export const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
export const success = (name: string) => ({ __typename: `${name}Success` })
export const invalidToken = { code: 'INVALID_TOKEN' }
export const invalidCredentials = { code: 'INVALID_CREDENTIALS' }

export const signedUp = ({ test }: Stage, tenant: string, input: object = {}) =>
  signUp(test.actor(), { tenant, ...input })

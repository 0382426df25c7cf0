export { AccessError, type AccessErrorDetails, isAccessError } from './access-error.ts'
export type { RequestHeaders } from './credential.ts'
export {
  type ApiKeyOptions,
  defaultTenantId,
  type Endpoints,
  endpointsAt,
  type RevocationOptions,
  type SigningAlgorithm,
  type VerifierOptions,
} from './options.ts'
export type {
  Assurance,
  AssuranceLevel,
  BuiltInRole,
  Outcome,
  RefusalReason,
  Refused,
  Unavailable,
  Viewer,
} from './outcome.ts'
export { type Caller, findViewer, requireAssurance, requireScope, requireViewer } from './requirements.ts'
export { createVerifier, type Verifier } from './verifier.ts'

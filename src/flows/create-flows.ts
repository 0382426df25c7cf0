import { createAccountFlows } from './account/create-account-flows.ts'
import { createAdministrationFlows } from './administration/create-administration-flows.ts'
import { createFactorFlows } from './factors/create-factor-flows.ts'
import { createPasswordFlows } from './passwords/create-password-flows.ts'
import { createPermissionFlows } from './permissions/create-permission-flows.ts'
import type { Services } from './services.ts'
import { createSessionFlows } from './sessions/create-session-flows.ts'
import { createSignInFlows } from './sign-in/create-sign-in-flows.ts'
import { createSteps } from './steps/create-steps.ts'
import { createTenantFlows } from './tenants/create-tenant-flows.ts'
import { createTokenFlows } from './tokens/create-token-flows.ts'

/** The use cases by name, as GraphQL, HTTP, gRPC and jobs call them. */
export type Flows = ReturnType<typeof createFlows>

/**
 * How use cases are wired: `app/` passes `Services`; `createSteps` adds the shared steps; the result, `FlowDeps`, is
 * passed whole to every `createX`. Each use case declares what it takes as `Pick<FlowDeps, …>`, so the compiler names
 * a missing dependency, and each dependency is documented once, in services.ts. A new use case is one line in
 * `flows/<area>/create-<area>-flows.ts`; the type `Flows` follows. Use cases of the command line (`operator/`) take
 * the same names, but are created by `cli/`, which opens fewer connections.
 */
export function createFlows(services: Services) {
  const deps = { ...services, ...createSteps(services) }
  return {
    ...createSignInFlows(deps),
    ...createSessionFlows(deps),
    ...createAccountFlows(deps),
    ...createFactorFlows(deps),
    ...createPasswordFlows(deps),
    ...createAdministrationFlows(deps),
    ...createPermissionFlows(deps),
    ...createTenantFlows(deps),
    ...createTokenFlows(deps),
  }
}

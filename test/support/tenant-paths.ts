import { accountPaths } from './tenant-paths/account-paths.ts'
import { endedPaths } from './tenant-paths/ended-paths.ts'
import { enrolmentPaths } from './tenant-paths/enrolment-paths.ts'
import { linkPaths } from './tenant-paths/link-paths.ts'
import type { TenantPath } from './tenant-paths/path.ts'
import { verificationPaths } from './tenant-paths/verification-paths.ts'

/** Every path on which an account, a session, a key, a token or a link of a tenant is accepted. */
export const tenantPaths: readonly TenantPath[] = [
  ...endedPaths,
  ...enrolmentPaths,
  ...verificationPaths,
  ...accountPaths,
  ...linkPaths,
]

/** Root fields that need no session and accept nothing of a tenant, and why. */
export const fieldsWithoutTenant: Readonly<Record<string, string>> = {
  'Query._entities': 'public fields of the users of every tenant, active or not',
  'Query._service': 'the schema',
  'Query.authTenant': 'the tenant of the session, or any tenant for tenants:read',
  'Query.csrfToken': 'derived from the cookie; no store is read',
  'Mutation.generatePassword': 'the rules of the tenant of the session, or of `default`',
  'Mutation.startPasskeyLogin': 'no store is read',
}

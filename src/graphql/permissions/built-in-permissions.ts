import type { Permission } from '../../domain/access/permissions.ts'

/** What the built-in permissions permit. */
export const builtInDescriptions: Readonly<Record<Permission, string>> = {
  'users:read': 'Reads the accounts of the tenant.',
  'users:write': 'Deactivates accounts, resets second factors and sets when passwords expire.',
  'users:lock': 'Locks and unlocks accounts.',
  'users:metadata': 'Writes the metadata of accounts.',
  'roles:read': 'Reads the permissions and roles of the application.',
  'roles:write': 'Changes the roles of accounts, and the permissions and roles of the application.',
  'sessions:revoke': 'Ends the sessions of other accounts.',
  'audit:read': 'Reads the audit log of the tenant.',
  'api-keys:write': 'Creates and revokes API keys.',
  'tokens:verify': 'Checks access tokens and API keys.',
  'tokens:revoke': 'Revokes single access tokens.',
  'keys:rotate': 'Rotates the keys that sign access tokens.',
  'system:read': 'Reads the state of the installation.',
  'tenants:read': 'Lists all tenants, and reads their settings and numbers of accounts.',
  'tenants:write': 'Creates, changes, deactivates and reactivates tenants.',
  'settings:write': 'Changes the name and the settings of the own tenant.',
}

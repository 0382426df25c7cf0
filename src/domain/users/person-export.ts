import type { JsonObject } from '../../lib/text/json.ts'

/** Port to the export of all data about a person (GDPR, article 15). */
export interface PersonExport {
  /** Contains no hash, digest or secret. Null if the account does not exist. */
  collect(userId: string): Promise<JsonObject | null>
}
